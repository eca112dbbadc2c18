/** A process that carries out a halt on files, to be killed: `node halting-process.ts <directory>`. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ActResult, type CardMethod, instant, LedgerEntry, type ShopPort, text } from '@komainu/model';
import { applyEntry, type EntryDraft, initialState, pending, recover, runHalt, stamp } from '../src/index.ts';
import { blob, shopOf } from './world.ts';

const [, , dir = ''] = process.argv;
const shop = shopOf();
const ledgerFile = join(dir, 'ledger.jsonl');
const shopFile = join(dir, 'shop.json');

const kept = readFileSync(ledgerFile, 'utf8');
const whole = kept.slice(0, kept.lastIndexOf('\n') + 1);
const ledger = openSync(ledgerFile, 'r+');
ftruncateSync(ledger, Buffer.byteLength(whole));
let position = Buffer.byteLength(whole);
let index = 0;
let state = initialState(shop.id);
const fold = (line: string) => {
  state = applyEntry(state, { index: index++, entry: LedgerEntry.parse(JSON.parse(line)) });
};
for (const line of whole.split('\n').filter((text) => text !== '')) fold(line);

const append = (draft: EntryDraft) => {
  const line = `${JSON.stringify(stamp(draft, instant()))}\n`;
  position += writeSync(ledger, line, position);
  fsyncSync(ledger);
  fold(line);
  process.stdout.write(`${index - 1}\n`);
};
const settle = (owed: typeof pending) => {
  for (let [draft] = owed(state, shop); draft !== undefined; [draft] = owed(state, shop)) append(draft);
};

const methods = (): CardMethod[] =>
  existsSync(shopFile)
    ? (JSON.parse(readFileSync(shopFile, 'utf8')) as CardMethod[])
    : [{ code: 'card', enabled: true }];
const turn = (enabled: boolean) => {
  writeFileSync(`${shopFile}.new`, JSON.stringify([{ code: 'card', enabled }]));
  renameSync(`${shopFile}.new`, shopFile);
};
const slow = async <T>(effect: () => T): Promise<ActResult<T>> => {
  await sleep(Math.random() * 30);
  const value = effect();
  await sleep(Math.random() * 30);
  return { kind: 'done', value };
};
const port: ShopPort = {
  cardMethods: () => slow(methods),
  switchOff: () => slow(() => (turn(false), methods())),
  voidInFlight: () => slow(() => ({ voided: 0, note: '' })),
  resume: () => slow(() => (turn(true), methods())),
  async *orders() {},
  async *unfinishedCheckouts() {},
};

append({
  kind: 'server.started',
  shop: null,
  actor: { kind: 'server', name: 'komainu' },
  data: { version: '1', recovery: null },
});
settle(recover);
settle(pending);
await runHalt({
  shop,
  state: () => state,
  port,
  prove: async () => {
    await sleep(Math.random() * 60);
    return { proved: !methods().some(({ enabled }) => enabled), reason: text('', ''), proof: blob('visit') };
  },
  record: async (draft) => {
    await sleep(Math.random() * 10);
    append(draft);
    settle(pending);
  },
  signal: new AbortController().signal,
});
closeSync(ledger);

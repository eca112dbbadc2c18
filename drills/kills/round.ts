import { hash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyLedger } from '@komainu/evidence';
import { canonicalJson, GuardReport, type ShopPort } from '@komainu/model';
import type { Api } from '../lib/api.ts';
import { untilTrue } from '../lib/process.ts';
import { type KomainuStage, openKomainu, type ShopStage } from '../lib/stage.ts';

export interface Round {
  /** Milliseconds after the alteration at which the server was killed. */
  readonly killedAfter: number;
  /** The last thing it had said by then. */
  readonly reached: string;
  /** Milliseconds from the restart until the halt was in force. */
  readonly inForceAfter: number;
  readonly failures: readonly string[];
}

/**
 * One life: a fresh data directory, an alteration, `kill -9` of the server, a restart. What must hold: every entry
 * that was told is there and the same, the ledger verifies, cards end switched off and the gate ends halted, and the
 * guard's report is in the ledger exactly once.
 */
export async function round(stage: {
  readonly shop: ShopStage;
  readonly platform: ShopPort;
  readonly port: number;
  readonly killAfter: number;
  /** Wait for the proof of the halt too, a visit of some seconds; else until cards are off. */
  readonly proved: boolean;
}): Promise<Round> {
  const { shop, platform, port, killAfter, proved } = stage;
  rmSync(join(shop.dir, 'komainu-data'), { recursive: true, force: true });
  const file = join(shop.site, 'assets/payment.js');
  const original = readFileSync(file);
  const komainu = openKomainu(shop, { port, depth: 'one' });
  const altered = Buffer.concat([original, Buffer.from('\n;void 0;\n')]);
  const failures: string[] = [];
  await platform.resume(AbortSignal.timeout(10_000));
  await mustRun(komainu, 'seal', '--by', 'kills');
  const first = await komainu.up();
  const guard = await komainu.guard();
  try {
    const told = new Map<number, string>();
    const following = new AbortController();
    const follower = (async () => {
      try {
        for await (const { index, entry } of first.api.follow(0, following.signal))
          told.set(index, canonicalJson(entry));
      } catch {
        // The server was killed: what was told until then is what counts.
      }
    })();
    await untilTrue(async () => isGuarded(first.api));
    writeFileSync(file, altered);
    await sleep(killAfter);
    await first.process.stop('SIGKILL');
    await follower;
    following.abort();
    const reached = [...told]
      .toSorted(([a], [b]) => a - b)
      .map(([, text]) => (JSON.parse(text) as { kind: string }).kind);

    const restarted = Date.now();
    const second = await komainu.up();
    try {
      await untilTrue(async () => {
        const gate = (await second.api.state()).shops[0]?.gate.state;
        return proved ? gate === 'halted' : gate !== 'open' && (await allOff(platform));
      }, 90);
      const inForceAfter = Date.now() - restarted;
      if (!(await allOff(platform))) failures.push('a card method is on after the halt');
      await compare(second.api, told, `sha256:${hash('sha256', altered)}`, failures);
      const verdict = await verifyLedger(
        join(shop.dir, 'komainu-data/ledger'),
        (await second.api.state()).ledger.vkey,
      );
      if (!verdict.ok)
        failures.push(...verdict.problems.map((problem) => `ledger: ${problem.file}: ${problem.detail}`));
      return { killedAfter: killAfter, reached: reached.at(-1) ?? 'nothing', inForceAfter, failures };
    } finally {
      await second.process.stop();
    }
  } finally {
    await first.process.stop('SIGKILL');
    await guard.stop();
    writeFileSync(file, original);
  }
}

async function isGuarded(api: Api): Promise<boolean> {
  const [shop] = (await api.state()).shops;
  return (
    shop?.roots[0]?.seal !== null &&
    (shop?.guardians.some((one) => one.kind === 'guard' && one.state === 'watching') ?? false)
  );
}

async function allOff(platform: ShopPort): Promise<boolean> {
  const methods = await platform.cardMethods(AbortSignal.timeout(10_000));
  return methods.kind === 'done' && methods.value.every((method) => !method.enabled);
}

async function compare(
  api: Api,
  told: ReadonlyMap<number, string>,
  altered: string,
  failures: string[],
): Promise<void> {
  const now = await api.entries();
  for (const [index, text] of told) {
    const found = now.find((one) => one.index === index);
    if (!found) failures.push(`entry ${index} was told and is gone: ${text.slice(0, 120)}`);
    else if (canonicalJson(found.entry) !== text) failures.push(`entry ${index} is another one now`);
  }
  // A write may be seen half done and then done: two states, two reports. The same state twice is a doubled alert.
  const wanted = `assets/payment.js ${altered}`;
  let states = await reportedStates(api);
  // The halt may be in force by the first of them while the guard still waits to deliver the second.
  for (let tries = 0; !states.includes(wanted) && tries < 100; tries++) {
    await sleep(200);
    states = await reportedStates(api);
  }
  if (!states.includes(wanted)) failures.push(`the alteration is not reported: ${states.join(', ')}`);
  if (new Set(states).size !== states.length) failures.push(`reported twice: ${states.join(', ')}`);
  const opened = now.filter(({ entry }) => entry.kind === 'incident.opened').length;
  if (opened !== 1) failures.push(`${opened} incidents were opened for one alteration`);
}

/** Every state of a file that a report in the ledger tells of, as often as it is told. */
async function reportedStates(api: Api): Promise<readonly string[]> {
  const states: string[] = [];
  for (const { entry } of await api.entries()) {
    if (entry.kind !== 'files.reported') continue;
    const report = GuardReport.parse(await (await api.get(`/api/reports/${entry.data.body}`)).json());
    for (const { path, after } of report.changes) states.push(`${path} ${after?.hash ?? 'gone'}`);
  }
  return states;
}

async function mustRun(komainu: KomainuStage, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await komainu.run(...args);
  if (code !== 0) throw new Error(`komainu ${args.join(' ')}: exit ${code}: ${stderr}`);
}

import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInRules, judgeFiles } from '@komainu/detect';
import { type FileChange, instant, newId, type SignRules } from '@komainu/model';
import { expect, test } from 'vitest';
import { keepRules } from '../src/intake/rules.ts';
import { openRules, storeRules, verifyRules } from '../src/index.ts';
import { memoryShop, quietLog, refOf, running, until } from './harness.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
const stranger = generateKeyPairSync('ed25519');
const BUILT_IN = join(import.meta.dirname, '../../detect/src/signs/signs.json');
const delivered = JSON.parse(readFileSync(BUILT_IN, 'utf8')) as SignRules;

/** The delivered rules and one more. */
const rulesOf = (version: number, more: object = {}) =>
  Buffer.from(
    JSON.stringify({
      ...delivered,
      version,
      rules: [
        ...delivered.rules,
        {
          id: 'marker-of-a-case',
          kind: 'back-door',
          languages: ['php'],
          weight: 'attack',
          does: { en: 'carries a known mark', ja: '既知の目印を含む' },
          reason: { en: 'It was seen elsewhere.', ja: '他でも見つかっています。' },
          all: ['zorro_mark_77'],
          example: { path: 'a.php', text: '<?php $zorro_mark_77 = 1;' },
          honest: { path: 'a.php', text: '<?php $zorro = 1;' },
          ...more,
        },
      ],
    }),
  );
const signed = (bytes: Buffer, key = privateKey) => sign(null, bytes, key);
const fresh = () => mkdtempSync(join(tmpdir(), 'komainu-rules-'));

test('what is signed, whole and right in every row is taken', () => {
  const bytes = rulesOf(2);
  expect(verifyRules(bytes, signed(bytes), pem)).toMatchObject({ kind: 'accepted', rules: { version: 2 } });
});

test.each<readonly [string, Buffer, Buffer, string | null, RegExp]>([
  ['no key', rulesOf(2), signed(rulesOf(2)), null, /names no key/],
  ['a stranger', rulesOf(2), signed(rulesOf(2), stranger.privateKey), pem, /signature/],
  ['one flipped byte', rulesOf(3), signed(rulesOf(2)), pem, /signature/],
  ['a signature that is none', rulesOf(2), Buffer.from('x'), pem, /signature/],
  ['no JSON', Buffer.from('{'), signed(Buffer.from('{')), pem, /not usable/],
  [
    'a row that misses its example',
    rulesOf(2, { all: ['other'] }),
    signed(rulesOf(2, { all: ['other'] })),
    pem,
    /marker-of-a-case: does not find/,
  ],
  [
    'a bomb',
    rulesOf(2, { all: ['(?:(?:a{200}){200}){200}'] }),
    signed(rulesOf(2, { all: ['(?:(?:a{200}){200}){200}'] })),
    pem,
    /too long/,
  ],
])('refused: %s', (_, bytes, signature, key, why) => {
  const verdict = verifyRules(bytes, signature, key);
  expect(verdict.kind === 'refused' ? verdict.message.en : 'accepted').toMatch(why);
});

test('what lies there is verified each time; damaged, it is not in force and judgements say so', async () => {
  const dir = fresh();
  expect(await openRules(dir, pem)).toMatchObject({ from: 'built-in', notInForce: null });
  const bytes = rulesOf(7);
  await storeRules(dir, bytes, signed(bytes));
  expect(await openRules(dir, pem)).toMatchObject({ from: 'update', rules: { version: 7 } });
  expect(
    (await openRules(dir, String(stranger.publicKey.export({ type: 'spki', format: 'pem' })))).from,
  ).toBe('built-in');
  const file = join(dir, 'signs.json');
  const whole = readFileSync(file);
  whole[whole.length - 20] = (whole[whole.length - 20] ?? 0) ^ 1;
  writeFileSync(file, whole);
  const { rules, from, notInForce } = await openRules(dir, pem);
  expect([from, rules.version]).toEqual(['built-in', builtInRules().version]);
  const report = {
    id: newId('report'),
    guard: 'g',
    shop: 's',
    root: 'r',
    seal: refOf('x'),
    at: instant(),
    changes: [],
    gaps: [],
  };
  const judged = judgeFiles({
    ref: refOf('r'),
    report: report as never,
    bodies: () => undefined,
    rules,
    ...(notInForce && { notInForce }),
  });
  expect(judged.verdict.kind).toBe('not-fully-observed');
  expect(judged.findings[0]?.detail.en).toContain('rules are refused');
});

test('an older update than what came with this version is passed over', async () => {
  const dir = fresh();
  const bytes = rulesOf(builtInRules().version);
  await storeRules(dir, bytes, signed(bytes));
  expect(await openRules(dir, pem)).toMatchObject({ from: 'built-in', notInForce: null });
});

test('an update that comes to lie there is taken up, and one that is taken away is gone', async () => {
  const dir = fresh();
  const kept = await keepRules(dir, pem, quietLog);
  const bytes = rulesOf(8);
  await storeRules(dir, bytes, signed(bytes));
  expect(kept.current().from).toBe('built-in');
  await kept.look();
  expect(kept.current().rules.version).toBe(8);
  rmSync(join(dir, 'signs.json'));
  await kept.look();
  expect(kept.current().from).toBe('built-in');
});

test('the server judges by the update, and compares a picture with what an earlier report showed', async () => {
  const at = await running({ rulesKey: pem }, memoryShop());
  try {
    const bytes = rulesOf(9);
    await storeRules(join(at.dataDir, 'rules'), bytes, signed(bytes));
    const put = async (body: Buffer) =>
      void (await at.ask('PUT', `/api/guard/blobs/${refOf(body)}`, new Uint8Array(body)));
    const send = async (path: string, body: Buffer) => {
      await put(body);
      const time = instant();
      const after = {
        type: 'file',
        size: body.length,
        mode: 0o644,
        uid: 33,
        gid: 33,
        mtime: time,
        ctime: time,
        hash: refOf(body),
        link: null,
      };
      const change = {
        kind: 'added',
        path,
        from: null,
        policy: 'no-exec',
        before: null,
        after,
        bodyBefore: null,
        bodyAfter: refOf(body),
        noticedAt: time,
      };
      const report = {
        id: newId('report'),
        guard: 'guard-1',
        shop: 'komorebi',
        root: 'site',
        seal: refOf('seal'),
        at: time,
        changes: [change as FileChange],
        gaps: [],
      };
      expect((await at.ask('POST', '/api/guard/reports', report)).status).toBe(200);
      const { entries } = (await (await at.ask('GET', '/api/entries?from=0&limit=1000')).json()) as {
        entries: { entry: { kind: string; data: { judgement: string } } }[];
      };
      const last = entries.filter(({ entry }) => entry.kind === 'judged').at(-1);
      return (await (await at.ask('GET', `/api/judgements/${last?.entry.data.judgement}`)).json()) as {
        rules: number;
        over: string[];
        findings: { key: string }[];
      };
    };
    const mark = Buffer.from('<?php $zorro_mark_77 = 1;');
    await until(async () => (await send('up/a.txt', mark)).rules === 9, 'the update in force');
    expect((await send('up/b.txt', mark)).findings.map(({ key }) => key)).toContain('back-door:up/b.txt');
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    expect((await send('up/s.gif', gif)).findings).toEqual([]);
    const grown = await send('up/s.gif', Buffer.concat([gif, Buffer.from('\0\0')]));
    expect(grown.findings.map(({ key }) => key)).toEqual(['not-an-image:up/s.gif']);
    expect(grown.over).toHaveLength(2);
  } finally {
    await at.end();
  }
});

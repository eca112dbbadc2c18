import { afterAll, describe, expect, test } from 'vitest';
import { type Analyst, openAnalyst } from '../src/analyst/index.ts';
import { inserted } from '../src/analyst/inserted.ts';
import { reveal } from '../src/analyst/reveal.ts';
import type { Understanding } from '../src/index.ts';
import { disguised, SKIMMER } from './code-samples.ts';
import { store } from './make.ts';

const opened: Analyst[] = [];
const open = (options: Parameters<typeof openAnalyst>[0] = {}) => {
  const analyst = openAnalyst(options);
  opened.push(analyst);
  return analyst;
};
afterAll(() => Promise.all(opened.map((analyst) => analyst.close())));

async function read(analyst: Analyst, body: string | Uint8Array): Promise<Understanding | undefined> {
  const kept = store();
  const ref = kept.put(body);
  return (await analyst.understand([{ ref, approved: [] }], kept.bodies))(ref);
}
const EVIL = `fetch('//evil.test/');`;
/** Names looked up through 2,500 scopes, each in vain. */
const ENDLESS = `${EVIL}${'{let a;'.repeat(2_500)}${'x;'.repeat(400_000)}${'}'.repeat(2_500)}`;

describe('limits hold, and the next script is none the worse', () => {
  const analyst = open({ deadline: 3_000 });
  const next = async () =>
    expect(await read(analyst, `${EVIL}//${Math.random()}`)).toMatchObject({
      kind: 'parsed',
      hosts: ['evil.test'],
    });

  test('endless: what runs out of time is scanned, so that something is said of it', async () => {
    expect(await read(analyst, ENDLESS)).toMatchObject({
      kind: 'scanned',
      reason: 'time',
      hosts: ['evil.test'],
    });
    await next();
  });
  test('a memory bomb', async () => {
    const small = open({ deadline: 120_000, memory: 48 });
    const bomb = `${EVIL}x=[${'a,'.repeat(1_000_000)}]`;
    expect(await read(small, bomb)).toMatchObject({
      kind: 'scanned',
      reason: 'memory',
      hosts: ['evil.test'],
    });
    expect(await read(small, EVIL)).toMatchObject({ kind: 'parsed' });
  });
  test.each([
    ['nesting', `${EVIL}${'['.repeat(1_000_000)}`],
    ['20 MB without an end', `${EVIL}${'/*'.repeat(1000)}"${'x'.repeat(20_000_000)}`],
    ['bytes that are no text', Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) & 255)],
    ['nothing', ''],
  ])('%s', async (_, body) => {
    expect(await read(analyst, body)).toMatchObject({
      kind: expect.stringMatching(/parsed|scanned|not-understood/),
    });
    await next();
  });
});

test('a bundle of 5 MB, and the next check costs nothing', async () => {
  const kept = store();
  const line = (i: number) =>
    `function f${i}(a,b){var c=a.value${i}+"text ${i}";if(c>b){return g${i}(c,{k:b})}for(var d=0;d<a.length;d++)b.push(a[d]);return c}\n`;
  let bundle = EVIL;
  for (let i = 0; bundle.length < 5_000_000; i++) bundle += line(i);
  const ref = kept.put(bundle);
  const analyst = open({ deadline: 120_000, budget: 120_000 });
  const code = await analyst.understand([{ ref, approved: [] }], kept.bodies);
  expect(code(ref)).toMatchObject({ kind: 'parsed', hosts: ['evil.test'], bytes: bundle.length });
  const again = await analyst.understand([{ ref, approved: [] }], () => {
    throw new Error('it was asked for again');
  });
  expect(again(ref)).toEqual(code(ref));
});

describe('disguise', () => {
  const packed = disguised(SKIMMER);
  test('comes off', async () => {
    const found = await read(open(), packed);
    expect(found).toMatchObject({
      kind: 'parsed',
      hosts: [],
      revealed: { hosts: ['cdn-metrics.evil.test'] },
    });
    if (found?.kind !== 'parsed') return;
    expect(found.traits.some(({ id }) => id === 'card-fields')).toBe(false);
    expect(found.revealed?.traits.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['listen', 'card-fields', 'all-fields']),
    );
  });
  test('comes off what was put into a library too large for it', async () => {
    const kept = store();
    const library = `function f(a){return a}/*${' long'.repeat(250_000)}*/
`;
    const before = kept.put(`${library}${library}`);
    const ref = kept.put(`${library}${packed}\n${library}`);
    const analyst = open({ deadline: 120_000, budget: 240_000 });
    const code = await analyst.understand([{ ref, approved: [before] }], kept.bodies);
    expect(code(ref)).toMatchObject({ revealed: { hosts: ['cdn-metrics.evil.test'] } });
  });
  test('honest code is not taken apart', async () => {
    const found = await read(open(), SKIMMER);
    expect(found).not.toHaveProperty('revealed');
  });
  test('a decoder has nothing to reach, and what it throws, hides or never ends is no result', async () => {
    const never = new AbortController().signal;
    const decoder = (body: string) =>
      Buffer.from(packed.replace(/return _0x17\['split'\].*?;\}/, `${body}}`));
    const escape =
      "try{return process.env.PATH}catch(e){return _0x17.constructor.constructor('return process')().env.PATH}";
    // The last one stays inside a single function of QuickJS, where only the process's own deadline reaches.
    for (const [body, deadline] of [
      ['for(;;){}', 60_000],
      [escape, 60_000],
      ['return new Array(1e9).fill(1).join();', 8_000],
    ] as const) {
      const code = decoder(body);
      expect(code.toString()).toContain(body);
      const plain = await reveal(code, deadline, never);
      expect(plain ?? '').not.toContain('evil.test');
      expect(plain ?? '').not.toContain(process.env['PATH'] ?? 'none');
    }
  });
  test('the deadline and the end of the analyst are kept', async () => {
    const never = new AbortController().signal;
    expect(await reveal(Buffer.from(packed), 1, never)).toBeNull();
    expect(await reveal(Buffer.from(packed), 60_000, AbortSignal.abort())).toBeNull();
    expect(await reveal(Buffer.from('}{'), 60_000, never)).toBeNull();
    expect(await reveal(new Uint8Array(3_000_000), 60_000, never)).toBeNull();
  });
});

test('closing ends what is under way', async () => {
  const analyst = openAnalyst({ deadline: 600_000, budget: 600_000 });
  const reading = read(analyst, ENDLESS);
  const waiting = read(analyst, EVIL);
  await analyst.close();
  expect(await reading).toMatchObject({ kind: 'not-understood', reason: 'failed' });
  expect(await waiting).toMatchObject({ kind: 'not-understood', reason: 'failed' });
});

test('what lies between two texts', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const of = (before: string, after: string) => {
    const piece = inserted(bytes(before), bytes(after));
    return piece === null ? null : new TextDecoder().decode(piece);
  };
  expect(of('abc', 'abcX')).toBe('X');
  expect(of('abc', 'Xabc')).toBe('X');
  expect(of('abc', 'abXYc')).toBe('XY');
  expect(of('aa', 'aaa')).toBe('a');
  expect(of('f(a);f(b);', 'f(a);f(x);f(b);')).toBe('f(x);');
  expect(of('f a\nf b\n', 'f a\nf x\nf b\n')).toBe('f x\n');
  expect(of('', 'X')).toBe('X');
  expect(of('abc', 'abXd')).toBeNull();
  expect(of('abc', 'ab')).toBeNull();
  expect(of('abc', 'abc')).toBeNull();
});

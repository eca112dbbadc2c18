import type { FileChange } from '@komainu/model';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOwnRules } from '../src/analyst/index.ts';
import { judgeFiles } from '../src/index.ts';
import { added, altered, REF, report, store } from './make.ts';

// Its own, so that what is left behind is ours; and given back, for other tests run in this process.
const usual = process.env['TMPDIR'];
beforeAll(() => {
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'komainu-scratch-'));
});
afterAll(() => {
  delete process.env['KOMAINU_TOKEN_OF_TEST'];
  rmSync(tmpdir(), { recursive: true });
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
});

/** A directory for the PATH with a tool of our own in it, and one with rules. */
function place(script: string | null, name = 'yara') {
  const dir = mkdtempSync(join(tmpdir(), 'komainu-own-'));
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'rules'));
  writeFileSync(join(dir, 'rules', 'mine.yar'), 'rule mine { strings: $a = "drop.test" condition: $a }\n');
  writeFileSync(join(dir, 'rules', 'notes.txt'), 'no rules');
  if (script !== null) writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const own = (more: { grave?: boolean; seconds?: number; rules?: string; path?: string } = {}) =>
    openOwnRules({
      dir: more.rules ?? join(dir, 'rules'),
      grave: more.grave ?? false,
      seconds: more.seconds ?? 10,
      megabytes: 256,
      path: more.path ?? `${join(dir, 'bin')}:/usr/bin:/bin`,
    });
  return { dir, own };
}
const kept = store();
const quiet = added(kept, 'up/a.txt', 'hello');
const evil = added(kept, 'up/b.txt', 'to drop.test');
const judge = async (
  own: ReturnType<typeof openOwnRules>,
  changes: readonly FileChange[] = [quiet, evil],
) => {
  const given = report(changes);
  return judgeFiles({
    ref: REF,
    report: given,
    bodies: kept.bodies,
    ownHits: await own.scan(given, kept.bodies),
  });
};
/** As yara does: the rule's name and the file's. */
const GREP = 'for last; do :; done; grep -l drop.test "$last"/* | sed "s/^/mine /"';

describe('own rules', () => {
  test('a hit is a change to look at, and an intrusion only when the owner says so', async () => {
    const { own } = place(GREP);
    const judged = await judge(own());
    expect(judged.verdict.kind).toBe('changed');
    expect(judged.findings.map(({ key, grade }) => [key, grade])).toEqual([
      ['own-rule:mine up/b.txt', 'changed'],
    ]);
    expect((await judge(own({ grave: true }))).verdict.kind).toBe('tampered');
    expect((await judge(own(), [quiet])).verdict.kind).toBe('clean');
  });

  test('the tool is given the rules, the limits and the bytes under names of ours, and no secrets', async () => {
    const { dir, own } = place('echo "$@" > "$(dirname "$0")/args"; env > "$(dirname "$0")/env"', 'yr');
    process.env['KOMAINU_TOKEN_OF_TEST'] = 'secret';
    await judge(own());
    const [args, env] = ['args', 'env'].map((name) =>
      execFileSync('cat', [join(dir, 'bin', name)], { encoding: 'utf8' }),
    );
    expect(args).toMatch(/^scan .*--timeout 10 .*mine\.yar \S*komainu-yara-\S+\n$/);
    expect(args).not.toContain('notes.txt');
    expect(env).not.toContain('secret');
  });

  test.each<readonly [string, string | null, RegExp]>([
    ['fails', 'echo "mine.yar(1): error" >&2; exit 1', /ended with 1: mine\.yar\(1\): error/],
    ['is killed', 'kill -9 $$', /ended with/],
    ['never ends', 'sleep 60 & sleep 60', /longer than 1 s/],
    ['talks without end', 'yes mine /x/1', /said too much/],
    [
      'eats memory',
      'x=$(head -c 400000000 /dev/zero | tr "\\0" a); echo "${#x}"; test -n "$x"',
      /ended with|longer/,
    ],
  ])('a tool that %s: not checked with your rules, never clean', async (_, script, why) => {
    const { own } = place(script);
    const judged = await judge(own({ seconds: script?.includes('sleep') === true ? 1 : 10 }), [quiet]);
    expect(judged.verdict.kind).toBe('not-fully-observed');
    expect(judged.findings[0]?.detail.en).toMatch(/not checked with your rules/);
    expect(judged.findings[0]?.detail.en).toMatch(why);
    expect(judged.findings[0]?.detail.ja).toContain('独自ルールで検査できていません');
  });

  test('no tool, no rules, no directory', async () => {
    const { dir, own } = place(null);
    mkdirSync(join(dir, 'empty'));
    expect((await judge(own({ path: join(dir, 'bin') }), [quiet])).findings[0]?.detail.en).toContain(
      'neither yr nor yara',
    );
    const tool = place(GREP);
    for (const rules of [join(dir, 'empty'), join(dir, 'nowhere')])
      expect((await judge(tool.own({ rules }), [quiet])).findings[0]?.detail.en).toContain('no .yar files');
  });

  test('lines nobody asked for: names that are none, files that are not there, names made to deceive', async () => {
    const { own } = place(
      'echo "mine /x/7"; echo "bad-name /x/1"; echo "0x10:\\$a: drop"; echo "mine /x/99999999"; echo "mine ../1"',
    );
    expect((await judge(own(), [quiet, evil])).findings.map(({ key }) => key)).toEqual([
      'own-rule:mine up/b.txt',
    ]);
  });

  test('bytes that were not kept were not checked; nothing is left behind', async () => {
    const { own } = place(GREP);
    const lost = altered(kept, 'a.bin', 'x', 'y', { bodyAfter: null, policy: 'no-exec' });
    const judged = await judge(own(), [lost]);
    expect(judged.findings.some(({ detail }) => detail.en.includes('not checked with your rules'))).toBe(
      true,
    );
    await judge(own());
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('komainu-yara-'))).toEqual([]);
  });

  test('reports that come at once are scanned one after the other', async () => {
    const { dir, own } = place(
      'd="$(dirname "$0")"; mkdir "$d/busy" || echo twice > "$d/twice"; sleep 0.1; rmdir "$d/busy"',
    );
    const one = own();
    await Promise.all([judge(one), judge(one), judge(one)]);
    expect(readdirSync(join(dir, 'bin'))).toEqual(['yara']);
  });
});

const real = ['yr', 'yara'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
test.skipIf(real === undefined)('the real tool', async () => {
  const { dir } = place(null);
  const own = openOwnRules({
    dir: join(dir, 'rules'),
    grave: false,
    seconds: 20,
    megabytes: 1024,
    path: process.env['PATH'] ?? '',
  });
  expect((await judge(own)).findings.map(({ key }) => key)).toEqual(['own-rule:mine up/b.txt']);
  writeFileSync(join(dir, 'rules', 'wrong.yar'), 'rule broken {');
  expect((await judge(own)).verdict.kind).toBe('not-fully-observed');
});

import type { BlobRef, FileDiff } from '@komainu/model';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { diffOf } from '../src/files/diff.ts';
import { judgeFiles } from '../src/index.ts';
import { altered, REF, report, store } from './make.ts';

const side = (body: string | Uint8Array) => {
  const bytes = Buffer.from(body as string);
  return { hash: `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef, bytes };
};
const text = (before: string, after: string) => {
  const diff = diffOf(side(before), side(after));
  if (diff?.kind !== 'text') throw new Error('no text');
  return diff;
};
const said = ({ hunks }: Extract<FileDiff, { kind: 'text' }>) =>
  hunks.flatMap(({ lines }) =>
    lines.map((line) => `${{ same: ' ', added: '+', removed: '-' }[line.kind]}${line.text}`),
  );

test('a line put in, one taken out, one replaced', () => {
  expect(said(text('a\nb\nc\n', 'a\nx\nb\nc\n'))).toEqual([' a', '+x', ' b', ' c']);
  expect(said(text('a\nb\nc\n', 'a\nc\n'))).toEqual([' a', '-b', ' c']);
  expect(said(text('a\nb\nc\n', 'a\nB\nc\n'))).toEqual([' a', '-b', '+B', ' c']);
});

test('far changes are hunks of their own, each with its lines', () => {
  const lines = Array.from({ length: 60 }, (_, i) => `line ${i + 1}`);
  const diff = text(
    lines.join('\n'),
    [...lines.slice(0, 9), 'NEW', ...lines.slice(9, 49), ...lines.slice(50)].join('\n'),
  );
  expect(diff).toMatchObject({ added: 1, removed: 1, hidden: 0 });
  expect(diff.hunks.map(({ before, after }) => [before, after])).toEqual([
    [8, 8],
    [48, 49],
  ]);
});

test('what is applied to the old text gives the new one', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 14 });
  fc.assert(
    fc.property(lines, lines, (old, now) => {
      const [a, b] = [old.map((line) => `${line}\n`).join(''), now.map((line) => `${line}\n`).join('')];
      const diff = diffOf(side(a), side(b));
      if (diff === null) {
        expect(a).toBe(b);
        return;
      }
      if (diff.kind !== 'text') throw new Error('no text');
      let [at, out] = [1, [] as string[]];
      for (const { before, lines: part } of diff.hunks) {
        out = [...out, ...old.slice(at - 1, before - 1)];
        at = before;
        for (const { kind, text: line } of part) {
          if (kind !== 'added') expect(old[at++ - 1]).toBe(line);
          if (kind !== 'removed') out.push(line);
        }
      }
      expect([...out, ...old.slice(at - 1)]).toEqual(now);
    }),
    { seed: 5, numRuns: 2000 },
  );
});

test('of a line too long to show, the part that changed is shown', () => {
  const [a, b] = ['a=1;'.repeat(5_000), 'b=2;'.repeat(5_000)];
  const diff = text(`${a}${b}`, `${a}eval(x);${b}`);
  expect(said(diff)).toHaveLength(2);
  expect(said(diff)[1]).toContain('eval(x);');
  expect(said(diff)[1]?.length).toBeLessThan(210);
});

test('a new file and one that is gone; the same bytes', () => {
  expect(diffOf(null, side('a\nb\n'))).toMatchObject({ kind: 'text', added: 2, removed: 0 });
  expect(diffOf(side('a\n'), null)).toMatchObject({ kind: 'text', added: 0, removed: 1 });
  expect(diffOf(side('a'), side('a'))).toBeNull();
});

test('bytes: sizes, and the first difference', () => {
  const [a, b] = [Buffer.from('00010203', 'hex'), Buffer.from('0001ff', 'hex')];
  expect(diffOf(side(a), side(b))).toMatchObject({ kind: 'binary', offset: 2, was: '0203', is: 'ff' });
  expect(diffOf(null, side(b))).toMatchObject({ before: null, offset: 0, was: '', is: '0001ff' });
});

test('hostile: nothing alike, endless lines, megabytes, torn characters: bounded', () => {
  const many = (word: string) => Array.from({ length: 200_000 }, (_, i) => `${word}${i}`).join('\n');
  for (const [a, b] of [
    [many('a'), many('b')],
    ['x'.repeat(3_000_000), 'y'.repeat(3_000_000)],
    ['', '<?php\n'.repeat(400_000)],
    ['\ud800a\n', 'b\u202e\n'],
  ] as const) {
    const diff = diffOf(side(a), side(b));
    expect(JSON.stringify(diff).length).toBeLessThan(12_000);
  }
});

test('the gravest finding of a file shows what changed in it; the others do not repeat it', () => {
  const kept = store();
  const before = '<?php\na();\n';
  const changes = [altered(kept, 'a.php', before, `${before}eval($_POST["x"]);\n`)];
  const { findings } = judgeFiles({ ref: REF, report: report(changes), bodies: kept.bodies });
  expect(findings.map(({ detector, diff }) => [detector, diff?.kind])).toEqual([
    ['back-door', 'text'],
    ['sealed-file', undefined],
  ]);
  const lost = judgeFiles({
    ref: REF,
    report: report([{ ...changes[0], bodyBefore: null } as never]),
    bodies: kept.bodies,
  });
  expect(lost.findings.every(({ diff }) => diff === undefined)).toBe(true);
});

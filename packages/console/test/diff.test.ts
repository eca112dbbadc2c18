import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { type Diff, diffText, fromFinding, wholeText } from '../src/app/pure/diff.ts';
import { clip, type Segment } from '../src/app/pure/segments.ts';

const hunksOf = (diff: Diff) => {
  if (diff.kind !== 'hunks') throw new Error(diff.kind);
  return diff;
};
const said = (segments: readonly Segment[]): string =>
  segments.map((part) => (part.kind === 'elided' ? `[${part.characters}]` : part.text)).join('');
const drawn = (diff: Diff): string[] =>
  hunksOf(diff).hunks.flatMap(({ skipped, lines }) => [
    ...(skipped > 0 ? [`@${skipped}`] : []),
    ...lines.map((l) => `${l.before ?? ''}|${l.after ?? ''}|${l.kind[0]}|${said(l.segments)}`),
  ]);
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}`).join('\n');

describe('a unified diff', () => {
  it('numbers both sides and leaves out what is far from a change', () => {
    const before = `${numbered(1, 20)}\n`;
    const diff = diffText(before, before.replace('line 10\n', 'line 10\nstolen\n'), { context: 1 });
    expect(drawn(diff)).toEqual(['@9', '10|10|s|line 10', '|11|a|stolen', '11|12|s|line 11']);
    expect(hunksOf(diff)).toMatchObject({ added: 1, removed: 0, rest: 9, hidden: 0 });
  });

  it('marks what changed within a line that was replaced', () => {
    const [hunk] = hunksOf(
      diffText('mount(frame, { lang });\n', 'mount(frame, { lang, open: true });\n'),
    ).hunks;
    expect(hunk?.lines[1]?.segments).toContainEqual({ kind: 'marked', text: ', open: true' });
  });

  it('says when only line ends differ', () => {
    expect(diffText('a\nb\n', 'a\nb').kind).toBe('line-ends');
    expect(diffText('a\r\nb\r\n', 'a\r\nc\r\n').kind).toBe('hunks');
  });

  it('shows CRLF that was put in', () => {
    expect(drawn(diffText('a\nb\n', 'a\r\nb\n'))).toContain('|1|a|a\r');
  });

  it('stops at its limits: many lines, long lines, nothing alike', () => {
    const many = diffText('', numbered(1, 5000), { lines: 50 });
    expect(hunksOf(many)).toMatchObject({ added: 5000, hidden: 4950 });
    const long = `${'x'.repeat(60_000)};`;
    const [, line] = drawn(diffText(long, long.replace(/;$/, ';stolen()')));
    expect(line?.length).toBeLessThan(500);
    expect(line).toContain('stolen()');
    const noise = (seed: number) =>
      Array.from({ length: 9000 }, (_, at) => `${seed}:${at * seed}`).join('\n');
    expect(diffText(noise(3), noise(7)).kind).toBe('too-different');
  });

  it('loses no line: both sides can be read back from it', () => {
    const line = fc.stringMatching(/^[ab]{0,3}$/);
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (before, after) => {
        const text = (lines: readonly string[]) => lines.map((one) => `${one}\n`).join('');
        const diff = diffText(text(before), text(after), { context: 100, lines: 10_000 });
        if (diff.kind !== 'hunks') {
          expect(after).toEqual(before);
          return;
        }
        const lines = diff.hunks.flatMap((hunk) => hunk.lines);
        const side = (not: string) =>
          lines.filter(({ kind }) => kind !== not).map((one) => said(one.segments));
        expect(side('added')).toEqual(before);
        expect(side('removed')).toEqual(after);
      }),
    );
  });
});

describe('a file of its own', () => {
  it('is all added or all removed, up to a limit', () => {
    expect(drawn(wholeText('a\nb\n', 'added'))).toEqual(['|1|a|a', '|2|a|b']);
    expect(drawn(wholeText('a\n', 'removed'))).toEqual(['1||r|a']);
    expect(hunksOf(wholeText(numbered(1, 500), 'added', 10)).hidden).toBe(490);
  });
});

describe('a long line', () => {
  it('keeps every character or counts it, and cuts no surrogate pair', () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    fc.assert(
      fc.property(text, text, text, fc.integer({ min: 0, max: 300 }), (head, one, other, n) => {
        const line = head + one + '🦁'.repeat(n);
        const segments = clip(line, head + other + '🦁'.repeat(n));
        const length = segments.reduce(
          (sum, part) => sum + (part.kind === 'elided' ? part.characters : part.text.length),
          0,
        );
        expect(length).toBe(line.length);
        if (line.isWellFormed()) {
          for (const part of segments)
            if (part.kind !== 'elided') expect(part.text.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

describe('the diff a finding carries', () => {
  it('numbers its lines on both sides and counts what lies between', () => {
    const line = (kind: 'same' | 'added' | 'removed', text: string) => ({ kind, text });
    const shown = fromFinding({
      kind: 'text',
      added: 1,
      removed: 1,
      hidden: 0,
      hunks: [
        { before: 3, after: 3, lines: [line('same', 'a'), line('added', 'b'), line('same', 'c')] },
        { before: 9, after: 10, lines: [line('removed', 'd')] },
      ],
    });
    expect(drawn(shown)).toEqual(['@2', '3|3|s|a', '|4|a|b', '4|5|s|c', '@4', '9||r|d']);
  });
});

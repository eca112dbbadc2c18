import type { FileDiff } from '@komainu/model';
import { diffArrays } from 'diff';
import { clip, type Segment } from './segments.ts';

/** One line of a unified diff. Numbers count from 1. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly before: number | null;
  readonly after: number | null;
  readonly segments: readonly Segment[];
}

interface Hunk {
  /** Unchanged lines left out above this hunk. */
  readonly skipped: number;
  readonly lines: readonly DiffLine[];
}

export type Diff =
  | {
      readonly kind: 'hunks';
      readonly hunks: readonly Hunk[];
      readonly added: number;
      readonly removed: number;
      /** Unchanged lines below the last hunk. */
      readonly rest: number;
      /** Changed lines that are not shown because there are too many. */
      readonly hidden: number;
    }
  /** The texts are the same line by line; what differs are line ends. */
  | { readonly kind: 'line-ends' }
  /** Nothing alike within the limits: show one after the other. */
  | { readonly kind: 'too-different' };

interface Options {
  /** Unchanged lines around a change. */
  readonly context?: number;
  /** Lines shown at most. */
  readonly lines?: number;
}

interface Raw {
  readonly kind: DiffLine['kind'];
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
}

const linesOf = (text: string): string[] => {
  const lines = text.split('\n');
  // A final newline ends the last line; it does not begin another.
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

interface Change {
  readonly kind: DiffLine['kind'];
  readonly lines: readonly string[];
}

/** Changes between lines; null when there are too many to be worth a person's time. */
const changesOf = (old: readonly string[], now: readonly string[]): readonly Change[] | null => {
  // What is alike at both ends costs nothing this way, and a part put in whole, however long, is found whole.
  const least = Math.min(old.length, now.length);
  let head = 0;
  while (head < least && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < least - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const [before, after] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  const middle: Change[] = [];
  if (before.length === 0 || after.length === 0) {
    middle.push({ kind: 'removed', lines: before }, { kind: 'added', lines: after });
  } else {
    // Hostile pairs of files can make a diff slow; beyond these edits no person reads it either.
    const found = diffArrays(before, after, { maxEditLength: 4000, timeout: 400 });
    if (found === undefined) return null;
    for (const { added, removed, value } of found) {
      middle.push({ kind: added ? 'added' : removed ? 'removed' : 'same', lines: value });
    }
  }
  const end = old.slice(old.length - tail);
  return [{ kind: 'same', lines: old.slice(0, head) }, ...middle, { kind: 'same', lines: end }];
};

const rawLines = (before: string, after: string): readonly Raw[] | null => {
  const bothCrlf = before.includes('\r\n') && after.includes('\r\n');
  const lines = (text: string) => linesOf(bothCrlf ? text.replaceAll('\r\n', '\n') : text);
  const changes = changesOf(lines(before), lines(after));
  if (changes === null) return null;
  const out: Raw[] = [];
  let [b, a] = [0, 0];
  for (const { kind, lines: texts } of changes) {
    for (const text of texts) {
      if (kind !== 'added') b += 1;
      if (kind !== 'removed') a += 1;
      out.push({ kind, text, before: kind === 'added' ? null : b, after: kind === 'removed' ? null : a });
    }
  }
  return out;
};

/** Where a line was replaced one for one, the counterpart shows which part of it changed. */
const counterparts = (raw: readonly Raw[]): ReadonlyMap<Raw, string> => {
  const found = new Map<Raw, string>();
  for (let at = 0; at < raw.length; ) {
    const start = at;
    while (raw[at]?.kind === 'removed') at += 1;
    const removed = raw.slice(start, at);
    const middle = at;
    while (raw[at]?.kind === 'added') at += 1;
    const added = raw.slice(middle, at);
    if (removed.length === added.length) {
      removed.forEach((line, i) => {
        const other = added[i];
        if (other === undefined) return;
        found.set(line, other.text);
        found.set(other, line.text);
      });
    }
    if (at === start) at += 1;
  }
  return found;
};

/** A unified diff with line numbers, limited in time, lines and line length so that no file can stall the screen. */
export const diffText = (before: string, after: string, options: Options = {}): Diff => {
  const { context = 3, lines: limit = 600 } = options;
  const raw = rawLines(before, after);
  if (raw === null) return { kind: 'too-different' };
  const added = raw.filter((line) => line.kind === 'added').length;
  const removed = raw.filter((line) => line.kind === 'removed').length;
  if (added + removed === 0) return { kind: 'line-ends' };

  const near = new Uint8Array(raw.length);
  raw.forEach((line, at) => {
    if (line.kind !== 'same') near.fill(1, Math.max(0, at - context), at + context + 1);
  });
  const others = counterparts(raw);
  const hunks: Hunk[] = [];
  let open: DiffLine[] | null = null;
  let [skipped, shown, hidden] = [0, 0, 0];
  raw.forEach((line, at) => {
    if (near[at] !== 1) {
      open = null;
      skipped += 1;
    } else if (shown >= limit) {
      if (line.kind !== 'same') hidden += 1;
    } else {
      if (open === null) {
        open = [];
        hunks.push({ skipped, lines: open });
        skipped = 0;
      }
      const segments = clip(line.text, others.get(line) ?? null);
      open.push({ kind: line.kind, before: line.before, after: line.after, segments });
      shown += 1;
    }
  });
  return { kind: 'hunks', hunks, added, removed, rest: skipped, hidden };
};

/** A file that was added or removed, as lines. */
export const wholeText = (text: string, kind: 'added' | 'removed', limit = 200): Diff => {
  const all = linesOf(text);
  const lines = all.slice(0, limit).map((line, at): DiffLine => {
    const number = at + 1;
    return {
      kind,
      before: kind === 'removed' ? number : null,
      after: kind === 'added' ? number : null,
      segments: clip(line, null),
    };
  });
  const counts = kind === 'added' ? { added: all.length, removed: 0 } : { added: 0, removed: all.length };
  return {
    kind: 'hunks',
    hunks: [{ skipped: 0, lines }],
    ...counts,
    rest: 0,
    hidden: all.length - lines.length,
  };
};

/** The diff a finding carries, as the table shows it. */
export const fromFinding = ({ hunks, added, removed, hidden }: Extract<FileDiff, { kind: 'text' }>): Diff => {
  let next = 1;
  const shown = hunks.map((hunk): Hunk => {
    let [before, after] = [hunk.before, hunk.after];
    const skipped = Math.max(0, hunk.before - next);
    const lines = hunk.lines.map(
      ({ kind, text }): DiffLine => ({
        kind,
        before: kind === 'added' ? null : before++,
        after: kind === 'removed' ? null : after++,
        segments: clip(text, null),
      }),
    );
    next = before;
    return { skipped, lines };
  });
  return { kind: 'hunks', hunks: shown, added, removed, rest: 0, hidden };
};

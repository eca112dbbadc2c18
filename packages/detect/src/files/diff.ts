import type { BlobRef, FileDiff } from '@komainu/model';

/** A body and its name. */
export interface Side {
  readonly hash: BlobRef;
  readonly bytes: Uint8Array;
}

type TextDiff = Extract<FileDiff, { kind: 'text' }>;
type Line = TextDiff['hunks'][number]['lines'][number];

/** Longer texts are compared at their ends only, which is where most is put. */
const MAX_TEXT = 1024 * 1024;
/** Lines put in or taken out between two texts; beyond that they are shown one after the other. */
const MAX_EDITS = 400;
const MAX_SHOWN = 40;
const MAX_LINE = 200;
const CONTEXT = 2;

/** What changed between two bodies; null where nothing did. Bounded in time and size whatever the bodies are. */
export function diffOf(before: Side | null, after: Side | null): FileDiff | null {
  if (before?.hash === after?.hash) return null;
  const [old, now] = [textOf(before), textOf(after)];
  if (old !== null && now !== null) return textDiff(old, now);
  const [a, b] = [before?.bytes ?? new Uint8Array(), after?.bytes ?? new Uint8Array()];
  const offset = firstDifference(a, b);
  const named = (side: Side | null) => (side === null ? null : { size: side.bytes.length, hash: side.hash });
  const hex = (bytes: Uint8Array) => Buffer.from(bytes.subarray(offset, offset + 16)).toString('hex');
  return { kind: 'binary', before: named(before), after: named(after), offset, was: hex(a), is: hex(b) };
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const least = Math.min(a.length, b.length);
  let at = 0;
  while (at < least && a[at] === b[at]) at++;
  return at;
}

/** Lines, or null for what is no text. */
function textOf(side: Side | null): readonly string[] | null {
  if (side === null) return [];
  const { bytes } = side;
  const cut =
    bytes.length <= MAX_TEXT
      ? [bytes]
      : [bytes.subarray(0, MAX_TEXT / 2), Buffer.from('\n'), bytes.subarray(-MAX_TEXT / 2)];
  const whole = Buffer.concat(cut);
  if (whole.includes(0)) return null;
  const text = new TextDecoder().decode(whole);
  // A cut may tear a character apart; more than a few torn ones are no text.
  const torn = text.length > 0 && [...text.matchAll(/\ufffd/g)].length > 2;
  if (torn) return null;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function textDiff(old: readonly string[], now: readonly string[]): TextDiff {
  const least = Math.min(old.length, now.length);
  let head = 0;
  while (head < least && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < least - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const [a, b] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  const edits = shortestEdits(a, b) ?? [
    ...a.map((text): Line => ({ kind: 'removed', text })),
    ...b.map((text): Line => ({ kind: 'added', text })),
  ];
  const same = (text: string): Line => ({ kind: 'same', text });
  const lines = [
    ...old.slice(Math.max(0, head - CONTEXT), head).map(same),
    ...edits,
    ...old.slice(old.length - tail, old.length - tail + CONTEXT).map(same),
  ];
  return hunksOf(lines, Math.max(0, head - CONTEXT));
}

/** Cuts what is alike out between changes, and what is too long. `skipped`: lines before the first. */
function hunksOf(lines: readonly Line[], skipped: number): TextDiff {
  const isNear = (at: number) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== 'same');
  const hunks: { before: number; after: number; lines: Line[] }[] = [];
  let [before, after, shown, hidden, open] = [skipped + 1, skipped + 1, 0, 0, false];
  lines.forEach((line, at) => {
    if (!isNear(at)) open = false;
    else if (shown >= MAX_SHOWN) hidden += line.kind === 'same' ? 0 : 1;
    else {
      if (!open) hunks.push({ before, after, lines: [] });
      open = true;
      const other =
        line.kind === 'removed' ? lines[at + 1] : line.kind === 'added' ? lines[at - 1] : undefined;
      hunks.at(-1)?.lines.push({ kind: line.kind, text: short(line.text, other?.text ?? '') });
      shown++;
    }
    if (line.kind !== 'added') before++;
    if (line.kind !== 'removed') after++;
  });
  const count = (kind: Line['kind']) => lines.filter((line) => line.kind === kind).length;
  return { kind: 'text', added: count('added'), removed: count('removed'), hunks, hidden };
}

/** Minified code is one line: what is shown of it begins a little before where it differs from its neighbour. */
function short(text: string, other: string): string {
  if (text.length <= MAX_LINE) return text.toWellFormed();
  let same = 0;
  while (same < other.length && text[same] === other[same]) same++;
  const from = Math.max(0, Math.min(same - 40, text.length - MAX_LINE));
  const part = text.slice(from, from + MAX_LINE);
  return `${from > 0 ? '…' : ''}${part}${from + MAX_LINE < text.length ? '…' : ''}`.toWellFormed();
}

/** The fewest lines to put in and take out (Myers, "An O(ND) difference algorithm", 1986); null beyond {@link MAX_EDITS}. */
function shortestEdits(a: readonly string[], b: readonly string[]): readonly Line[] | null {
  const most = Math.min(a.length + b.length, MAX_EDITS);
  const middle = most + 1;
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reach.slice(middle - edits - 1, middle + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const down =
        k === -edits || (k !== edits && (reach[middle + k - 1] ?? 0) < (reach[middle + k + 1] ?? 0));
      let x = down ? (reach[middle + k + 1] ?? 0) : (reach[middle + k - 1] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trace);
    }
  }
  return null;
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Int32Array[]): readonly Line[] {
  const lines: Line[] = [];
  let [x, y] = [a.length, b.length];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    // Diagonal k of the row before stands at k + edits + 1.
    const row = trace[edits] ?? new Int32Array();
    const at = (k: number) => row[k + edits + 1] ?? 0;
    const k = x - y;
    const down = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const fromX = edits === 0 ? 0 : down ? at(k + 1) : at(k - 1);
    const fromY = edits === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY && x > 0 && y > 0 && a[x - 1] === b[y - 1]) {
      lines.push({ kind: 'same', text: a[x - 1] ?? '' });
      x--;
      y--;
    }
    if (edits === 0) break;
    if (down) lines.push({ kind: 'added', text: b[--y] ?? '' });
    else lines.push({ kind: 'removed', text: a[--x] ?? '' });
  }
  return lines.toReversed();
}

/**
 * The piece that was put into a text to make another of it; null when more was done than to put one piece in.
 * Attackers append to libraries: the piece is a program of its own.
 */
export function inserted(before: Uint8Array, after: Uint8Array): Uint8Array | null {
  if (after.length <= before.length) return null;
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail++;
  if (head + tail !== before.length) return null;
  const length = after.length - before.length;
  const from = aligned(after, head, length);
  return after.subarray(from, from + length);
}

const NEWLINE = 10;
/** `;` and `}` end a statement. */
const ENDS = new Set([59, 125]);

/**
 * "function a(){}" put before "function b(){}" may as well be "a(){}function " put behind "function ": of all places
 * that make the same text, the one where a line or a statement begins.
 */
function aligned(text: Uint8Array, head: number, length: number): number {
  let best = head;
  for (let from = head; ; from--) {
    const before = text[from - 1];
    if (from === 0 || before === NEWLINE) return from;
    if (best === head && before !== undefined && ENDS.has(before)) best = from;
    if (before !== text[from + length - 1]) return best;
  }
}

/**
 * The piece that was put into a text to make another of it; null
 * when more was done than to put one piece in. Attackers append to libraries: the piece is a program of its own.
 */
export function inserted(before: Uint8Array, after: Uint8Array): Uint8Array | null {
  if (after.length <= before.length) return null;
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail++;
  return head + tail === before.length ? after.subarray(head, after.length - tail) : null;
}

import { hash } from 'node:crypto';
import type { ApprovedShape, BlobRef } from '@komainu/model';

/** Larger bodies are compared by their hash alone. */
const MAX_BYTES = 1024 * 1024;
/** More than a request id, a time and a few like them is not the same script any more. */
const MAX_HOLES = 16;
const OPAQUE = /^[0-9A-Za-z_-]{1,64}$/;
const NUMBER = /^\d{1,20}$/;

/** Runs of word characters at the odd places, what lies between them at the even ones; bytes, so nothing is lost. */
const piecesOf = (body: Uint8Array): string[] =>
  Buffer.from(body)
    .toString('latin1')
    .split(/([0-9A-Za-z_-]+)/);

/**
 * What bodies of one place have in common when they differ in nothing but opaque values; null when they differ in
 * more, or not at all. A hole is a whole quoted string or a number: what may vary can name no host and hold no code.
 */
export function shapeOf(bodies: readonly Uint8Array[]): ApprovedShape | null {
  const [first, ...others] = bodies;
  if (first === undefined || bodies.some((body) => body.length > MAX_BYTES)) return null;
  const pieces = piecesOf(first);
  const holes = new Set<number>();
  for (const other of others) {
    const its = piecesOf(other);
    if (its.length !== pieces.length) return null;
    for (const [place, piece] of its.entries()) {
      if (piece === pieces[place]) continue;
      if (place % 2 === 0 || holes.size > MAX_HOLES) return null;
      holes.add((place - 1) / 2);
    }
  }
  const shape = [...holes].sort((a, b) => a - b);
  if (shape.length === 0 || shape.length > MAX_HOLES) return null;
  if (!bodies.every((body) => fits(piecesOf(body), shape))) return null;
  return { hash: masked(pieces, shape), holes: shape };
}

/** Whether a body is the approved one but for the values that were seen to vary. */
export function hasShape(body: Uint8Array, { hash: approved, holes }: ApprovedShape): boolean {
  if (body.length > MAX_BYTES) return false;
  const pieces = piecesOf(body);
  return fits(pieces, holes) && masked(pieces, holes) === approved;
}

const fits = (pieces: readonly string[], holes: readonly number[]): boolean =>
  holes.every((hole) => {
    const place = hole * 2 + 1;
    const value = pieces[place] ?? '';
    const before = pieces[place - 1]?.at(-1);
    const after = pieces[place + 1]?.at(0);
    const quoted = before === after && (before === "'" || before === '"');
    return (quoted && OPAQUE.test(value)) || NUMBER.test(value);
  });

function masked(pieces: readonly string[], holes: readonly number[]): BlobRef {
  const empty = new Set(holes.map((hole) => hole * 2 + 1));
  const text = pieces.map((piece, place) => (empty.has(place) ? '' : piece)).join('');
  return `sha256:${hash('sha256', Buffer.from(text, 'latin1'))}` as BlobRef;
}

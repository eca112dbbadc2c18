import { createHash, hash as hashOnce } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import type { BlobRef, FilePath, FileState } from '@komainu/model';
import { codeOf, sayError } from '../error.ts';
import { systemPath, textOfBytes } from './names.ts';
import { signatureOf, stateOf } from './state.ts';

/** What was found at a path. `bytes` are those of `state.hash`, read from the very same open file. */
export type Observation =
  | {
      readonly kind: 'seen';
      readonly state: FileState;
      readonly stat: BigIntStats;
      readonly bytes: Uint8Array | null;
    }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly detail: string; readonly stat: BigIntStats | null };

export interface Ask {
  /** Whether a regular file's bytes matter at all. */
  readonly hash: boolean;
  /** Asked once the hash is known: should the bytes be handed over? */
  readonly keep?: (hash: BlobRef, size: number) => boolean;
  /** Files above this are not hashed unless they have exactly the size `expected` says. */
  readonly maxHash?: number;
  readonly expected?: number;
}

const ATTEMPTS = 5;
const CHUNK = 1 << 20;
let chunk: Buffer | undefined;

const reference = (hex: string) => `sha256:${hex}` as BlobRef;

/**
 * A name higher up may have been swapped for a link after the walk: the open file must be the one below the root,
 * or a web user could have root's guard copy private files into evidence. `root` is a real path.
 */
function isInPlace(fd: number, path: string | Buffer): boolean {
  return readlinkSync(`/proc/self/fd/${fd}`, 'buffer').equals(Buffer.from(path));
}

/** Reads the open file; yields between pieces so that a caller may let others run. */
function* digest(
  fd: number,
  size: number,
  whole: boolean,
): Generator<void, { ref: BlobRef; bytes: Buffer | null; read: number }> {
  chunk ??= Buffer.allocUnsafeSlow(CHUNK + 1);
  if (whole || size <= CHUNK) {
    // One more than it should hold, so that a file that grows meanwhile shows. The shared buffer serves small files:
    // nothing may yield until the caller has hashed and copied what is in it.
    const bytes = size <= CHUNK ? chunk.subarray(0, size + 1) : Buffer.allocUnsafeSlow(size + 1);
    let read = 0;
    for (let n = -1; n !== 0 && read < bytes.length; read += n) {
      n = readSync(fd, bytes, read, Math.min(bytes.length - read, CHUNK), read);
      if (size > CHUNK) yield;
    }
    const exact = bytes.subarray(0, read);
    return { ref: reference(hashOnce('sha256', exact, 'hex')), bytes: exact, read };
  }
  const sum = createHash('sha256');
  let read = 0;
  for (;;) {
    // `chunk` is shared by all readings, so nothing may yield between the read and the update.
    const n = readSync(fd, chunk, 0, CHUNK, read);
    if (n === 0) break;
    sum.update(chunk.subarray(0, n));
    read += n;
    if (read > size) break;
    yield;
  }
  return { ref: reference(sum.digest('hex')), bytes: null, read };
}

function* readFile(path: string | Buffer, ask: Ask): Generator<void, Observation | 'again'> {
  // O_NONBLOCK: a FIFO put here a moment ago must not hold the guard forever.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = fstatSync(fd, { bigint: true });
    if (!before.isFile()) return 'again';
    const size = Number(before.size);
    if (size > (ask.maxHash ?? Infinity) && size !== ask.expected)
      return { kind: 'seen', state: stateOf(before, null, null), stat: before, bytes: null };
    let { ref, bytes, read } = yield* digest(fd, size, false);
    const keep = ask.keep?.(ref, size) === true;
    if (keep && bytes === null) {
      const again = yield* digest(fd, size, true);
      if (again.ref !== ref) return 'again';
      bytes = again.bytes;
    }
    const after = fstatSync(fd, { bigint: true });
    if (read !== size || signatureOf(after) !== signatureOf(before)) return 'again';
    if (keep && !isInPlace(fd, path)) return 'again';
    return {
      kind: 'seen',
      state: stateOf(before, ref, null),
      stat: before,
      bytes: keep && bytes ? Uint8Array.from(bytes) : null,
    };
  } finally {
    closeSync(fd);
  }
}

function* look(root: string, path: FilePath, ask: Ask): Generator<void, Observation | 'again'> {
  const where = systemPath(root, path);
  const stat = lstatSync(where, { bigint: true });
  if (stat.isFile() && ask.hash) return yield* readFile(where, ask);
  if (stat.isSymbolicLink()) {
    const target = readlinkSync(where, 'buffer');
    const ref = reference(hashOnce('sha256', target, 'hex'));
    return { kind: 'seen', state: stateOf(stat, ref, textOfBytes(target)), stat, bytes: null };
  }
  return { kind: 'seen', state: stateOf(stat, null, null), stat, bytes: null };
}

function* observing(root: string, path: FilePath, ask: Ask): Generator<void, Observation> {
  let detail = 'kept changing while it was read';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      const seen = yield* look(root, path, ask);
      if (seen !== 'again') return seen;
      yield;
    } catch (error) {
      const code = codeOf(error);
      // ENOTDIR: a directory above became a file; the name below it is gone.
      if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone' };
      detail = sayError(error);
      // ELOOP, ENXIO: became a link or a socket between lstat and open. Anything else will not go away by itself.
      if (code !== 'ELOOP' && code !== 'ENXIO' && code !== 'EINVAL') break;
    }
  }
  return { kind: 'unreadable', detail, stat: null };
}

/** Looks at a path below a root (a real, absolute path) without letting anything else run meanwhile. */
export function observe(root: string, path: FilePath, ask: Ask): Observation {
  const steps = observing(root, path, ask);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** The same in pieces of about half a millisecond, for big files in a thread that has other work. */
export async function observeGently(root: string, path: FilePath, ask: Ask): Promise<Observation> {
  const steps = observing(root, path, ask);
  let step = steps.next();
  while (step.done !== true) {
    await breathe();
    step = steps.next();
  }
  return step.value;
}

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
import { sameStat, stateOf } from './state.ts';

interface Seen {
  readonly kind: 'seen';
  readonly stat: BigIntStats;
  readonly hash: BlobRef | null;
  /** Where a link leads. */
  readonly link: string | null;
  /** Those of `hash`, read from the very same open file. */
  readonly bytes: Uint8Array | null;
}
type NotSeen =
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly detail: string; readonly stat: BigIntStats | null };

/** What was found at a path, as the kernel says it. */
export type Sight = Seen | NotSeen;
/** The same, with the state to report. */
export type Observation = (Seen & { readonly state: FileState }) | NotSeen;

export interface Ask {
  /** Whether a regular file's bytes matter at all. */
  readonly hash: boolean;
  /** Asked once the hash is known: should the bytes be handed over? */
  readonly keep?: (hash: BlobRef, size: number) => boolean;
  /** Files above this are not hashed unless they have exactly the size `expected` says. */
  readonly maxHash?: number;
  readonly expected?: number;
  /** A listing said a moment ago that it is a regular file: opened at once, without a look at what it is. */
  readonly listedAsFile?: boolean;
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
    // A read that stops exactly at the size has met the end; the second stat shows a file that grew behind it.
    for (let n = -1; n !== 0 && (n < 0 || read !== size) && read < bytes.length; read += n) {
      n = readSync(fd, bytes, read, Math.min(bytes.length - read, CHUNK + 1), read);
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

function* readFile(path: string | Buffer, ask: Ask): Generator<void, Sight | 'again'> {
  // O_NONBLOCK: a FIFO put here a moment ago must not hold the guard forever.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = fstatSync(fd, { bigint: true });
    if (!before.isFile()) return 'again';
    const size = Number(before.size);
    if (size > (ask.maxHash ?? Infinity) && size !== ask.expected)
      return { kind: 'seen', stat: before, hash: null, link: null, bytes: null };
    let { ref, bytes, read } = yield* digest(fd, size, false);
    const keep = ask.keep?.(ref, size) === true;
    if (keep && bytes === null) {
      const again = yield* digest(fd, size, true);
      if (again.ref !== ref) return 'again';
      bytes = again.bytes;
    }
    const after = fstatSync(fd, { bigint: true });
    if (read !== size || !sameStat(before, after)) return 'again';
    if (keep && !isInPlace(fd, path)) return 'again';
    return {
      kind: 'seen',
      stat: before,
      hash: ref,
      link: null,
      bytes: keep && bytes ? Uint8Array.from(bytes) : null,
    };
  } finally {
    closeSync(fd);
  }
}

function* look(root: string, path: FilePath, ask: Ask): Generator<void, Sight | 'again'> {
  const where = systemPath(root, path);
  // What is no file any more shows in the open file, or by its refusal to be opened: then it is looked at again.
  if (ask.listedAsFile === true && ask.hash) return yield* readFile(where, ask);
  const stat = lstatSync(where, { bigint: true });
  if (stat.isFile() && ask.hash) return yield* readFile(where, ask);
  if (stat.isSymbolicLink()) {
    const target = readlinkSync(where, 'buffer');
    const ref = reference(hashOnce('sha256', target, 'hex'));
    return { kind: 'seen', stat, hash: ref, link: textOfBytes(target), bytes: null };
  }
  return { kind: 'seen', stat, hash: null, link: null, bytes: null };
}

function* observing(root: string, path: FilePath, ask: Ask): Generator<void, Sight> {
  let detail = 'kept changing while it was read';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      const seen = yield* look(root, path, attempt === 0 ? ask : { ...ask, listedAsFile: false });
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

const withState = (sight: Sight): Observation =>
  sight.kind === 'seen' ? { ...sight, state: stateOf(sight.stat, sight.hash, sight.link) } : sight;

/** Looks at a path below a root (a real, absolute path) without letting anything else run meanwhile. */
export const observe = (root: string, path: FilePath, ask: Ask): Observation =>
  withState(sight(root, path, ask));

/** The same for a hundred thousand paths: instants as text are the dearest part of a small file's state. */
export function sight(root: string, path: FilePath, ask: Ask): Sight {
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
  return withState(step.value);
}

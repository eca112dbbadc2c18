import type { BigIntStats } from 'node:fs';
import type { BlobRef, FileState, Instant } from '@komainu/model';

// An attacker may set any time: beyond year 9999 it would have no Instant and so could not be reported.
const LAST = 253_402_300_799_999;
const FIRST = -62_167_219_200_000;

/** The instant of a stat time in milliseconds, clamped to what an Instant can say. */
export const instantOf = (ms: number): Instant =>
  new Date(Math.min(Math.max(ms, FIRST), LAST)).toISOString() as Instant;

export function typeOf(stat: BigIntStats) {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isFIFO()) return 'fifo';
  if (stat.isSocket()) return 'socket';
  return stat.isBlockDevice() ? 'block' : 'char';
}

// A directory's or device's size is the file system's business and changes by itself.
export const sizeOf = (stat: BigIntStats): number =>
  stat.isFile() || stat.isSymbolicLink() ? Math.min(Number(stat.size), Number.MAX_SAFE_INTEGER) : 0;

/** Of a device, its number as mtree writes it. */
export const deviceOf = (stat: BigIntStats): string | undefined =>
  stat.isBlockDevice() || stat.isCharacterDevice() ? `0x${stat.rdev.toString(16)}` : undefined;

/** What a stat tells; sizes above 2^53 (sparse files on some file systems) are said as 2^53-1. */
export function stateOf(stat: BigIntStats, hash: BlobRef | null, link: string | null): FileState {
  const device = deviceOf(stat);
  return {
    type: typeOf(stat),
    size: sizeOf(stat),
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtime: instantOf(Number(stat.mtimeMs)),
    ctime: instantOf(Number(stat.ctimeMs)),
    hash,
    link,
    ...(device === undefined ? {} : { device }),
  };
}

/**
 * Everything a stat shows of a change, in one text. ctime cannot be set back by a program, which is what unmasks a
 * timestomp (write, then utimensat).
 */
export const signatureOf = (stat: BigIntStats): string =>
  `${stat.dev}.${stat.ino}.${stat.size}.${stat.mtimeNs}.${stat.ctimeNs}.${stat.mode}.${stat.uid}.${stat.gid}`;

/** The same as to compare two signatures, for stats that are at hand. */
export const sameStat = (a: BigIntStats, b: BigIntStats): boolean =>
  a.ctimeNs === b.ctimeNs &&
  a.mtimeNs === b.mtimeNs &&
  a.size === b.size &&
  a.ino === b.ino &&
  a.dev === b.dev &&
  a.mode === b.mode &&
  a.uid === b.uid &&
  a.gid === b.gid;

export const sameButCtime = (one: string, other: string): boolean => {
  const [a, b] = [one.split('.'), other.split('.')];
  return a.every((part, at) => at === 4 || part === b[at]);
};

/** Which directory this is: an inode number alone may be used again at once. */
export const identityOf = (stat: BigIntStats): string => `${stat.dev}.${stat.ino}.${stat.birthtimeNs}`;

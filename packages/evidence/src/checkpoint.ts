import { decodeBase64, encodeBase64 } from './bytes.ts';
import { HASH_BYTES, type Hash } from './merkle.ts';

/** A C2SP tlog-checkpoint: which log, how many entries, and the root over them. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${encodeBase64(root)}\n`;

/** The text of a note as a checkpoint without extension lines; undefined for anything else. */
export function parseCheckpoint(untrusted: string): Checkpoint | undefined {
  const [origin, sizeText, rootText, end, ...more] = untrusted.split('\n');
  const size = parseCount(sizeText);
  const root = rootText === undefined ? undefined : decodeBase64(rootText);
  if (origin === undefined || origin === '' || size === undefined || root?.length !== HASH_BYTES)
    return undefined;
  return end === '' && more.length === 0 ? { origin, size, root } : undefined;
}

/** A decimal without sign or leading zeroes, up to 2^53 - 1. */
export function parseCount(untrusted: string | undefined): number | undefined {
  if (untrusted === undefined || !/^(?:0|[1-9]\d{0,15})$/.test(untrusted)) return undefined;
  const count = Number(untrusted);
  return Number.isSafeInteger(count) ? count : undefined;
}

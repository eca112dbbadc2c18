import type { BlobRef } from '@komainu/model';
import { byBytes } from './bytes.ts';
import { type BundleRange, INDEX, SUMS } from './bundle-plan.ts';
import { parseCount } from './checkpoint.ts';
import { isBlobRef } from './file-blobs.ts';
import { TILE_WIDTH } from './tile-path.ts';

export interface BundleFile {
  readonly path: string;
  readonly size: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** The table of contents of a bundle; the text of a signed note. */
export interface BundleIndex extends BundleRange {
  readonly origin: string;
  /** The vkey that signs this index and the checkpoint. Only a claim until the rotations lead to it. */
  readonly key: string;
  /** Blobs that entries refer to and the store did not have, or had altered. */
  readonly absent: readonly BlobRef[];
  /** Sorted by path; every file but the index itself. */
  readonly files: readonly BundleFile[];
}

const TITLE = 'komainu evidence bundle v1';

export const indexText = (index: BundleIndex): string =>
  [
    TITLE,
    `origin ${index.origin}`,
    `key ${index.key}`,
    `size ${index.size}`,
    `range ${index.from} ${index.to}`,
    ...index.rotations.map((at) => `rotation ${at}`),
    ...index.absent.map((ref) => `absent ${ref}`),
    ...index.files.map(({ sha256, size, path }) => `file ${sha256} ${size} ${path}`),
    '',
  ].join('\n');

/** Undefined unless the text is, letter by letter, what {@link indexText} writes for what it says. */
export function parseIndex(untrusted: string): BundleIndex | undefined {
  const values = { origin: '', key: '', size: '', range: '' };
  const rotations: number[] = [];
  const absent: BlobRef[] = [];
  const files: BundleFile[] = [];
  for (const line of untrusted.split('\n').slice(1, -1)) {
    const at = line.indexOf(' ');
    const [word, value] = [line.slice(0, at), line.slice(at + 1)];
    if (word === 'file') files.push(parseFile(value));
    else if (word === 'absent' && isBlobRef(value)) absent.push(value);
    else if (word === 'rotation') rotations.push(parseCount(value) ?? -1);
    else if (word === 'origin' || word === 'key' || word === 'size' || word === 'range') values[word] = value;
    else return undefined;
  }
  const [from, to, size] = [...values.range.split(' '), values.size].map(parseCount);
  if (from === undefined || to === undefined || size === undefined || from > to || to > size)
    return undefined;
  // A range that these files cannot hold; planning it could take for ever.
  if (Math.ceil((to - from) / TILE_WIDTH) > files.length) return undefined;
  if (!rising(rotations) || rotations.some((at) => at < 0 || at >= size)) return undefined;
  if (!rising(absent) || !rising(files.map(({ path }) => path)) || !files.every(isSound)) return undefined;
  const index = { origin: values.origin, key: values.key, size, from, to, rotations, absent, files };
  return indexText(index) === untrusted ? index : undefined;
}

function parseFile(value: string): BundleFile {
  const [sha256 = '', size, path = ''] = value.split(' ');
  return { sha256, size: parseCount(size) ?? -1, path };
}

// A whitelist, so that no path can lead out of a folder; which of them belong here is checked against the plan.
const PATH = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/){0,9}[A-Za-z0-9][A-Za-z0-9._-]*$/;
const MAX_PATH = 100;
/** 8 GiB less one byte: eleven octal digits in a ustar header. */
export const MAX_FILE_BYTES = 0o77777777777;

const isSound = ({ sha256, size, path }: BundleFile): boolean =>
  /^[0-9a-f]{64}$/.test(sha256) &&
  size >= 0 &&
  size <= MAX_FILE_BYTES &&
  path.length <= MAX_PATH &&
  PATH.test(path) &&
  path !== INDEX;

const rising = (values: readonly (string | number)[]): boolean =>
  values.every((value, at) => {
    const before = values[at - 1];
    return before === undefined || before < value;
  });

/** What `sha256sum -c SHA256SUMS` reads, for people who have nothing of ours. */
export const sumsText = (files: readonly BundleFile[]): string =>
  files
    .filter(({ path }) => path !== SUMS)
    .sort((a, b) => byBytes(a.path, b.path))
    .map(({ sha256, path }) => `${sha256}  ${path}\n`)
    .join('');

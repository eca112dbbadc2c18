import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The tree of a real shop with its dependencies, by its quantiles: half of the files below 685 bytes, a tenth above
 * 7.4 kB, one in a hundred above 117 kB, a single one of 143 MB; ten files in a directory, directories in directories.
 */
const QUANTILES = [
  [0, 20],
  [0.5, 685],
  [0.9, 7_400],
  [0.99, 117_000],
  [1, 650_000],
] as const;
const BIGGEST = 143_000_000;
const PER_DIRECTORY = 10;

function sizeAt(q: number): number {
  const above = QUANTILES.findIndex(([at]) => at >= q && at > 0);
  const [from, low] = QUANTILES[above - 1] ?? QUANTILES[0];
  const [to, high] = QUANTILES[above] ?? QUANTILES[0];
  return Math.round(low * (high / low) ** ((q - from) / (to - from)));
}

/** Below the root, in the order of planting; directory `n` lies in directory `n / 4`. */
const directoryOf = (n: number): string =>
  n === 0 ? 'htdocs' : join(directoryOf(Math.floor((n - 1) / 4)), `d${n}`);

/** The path of file `n`, below the root. */
export const fileOf = (n: number): string => join(directoryOf(Math.floor(n / PER_DIRECTORY)), `f${n}.js`);

/** Plants `files` files (100,000: 0.93 GB), each with bytes of its own, always the same ones; returns their bytes. */
export function plantTree(dir: string, files: number, biggest = BIGGEST): number {
  const filler = Buffer.alloc(BIGGEST, '/* what a bundler makes of a shop */ export const price = 980;\n');
  let bytes = 0;
  for (let n = 0; n < files; n++) {
    if (n % PER_DIRECTORY === 0) mkdirSync(join(dir, directoryOf(n / PER_DIRECTORY)), { recursive: true });
    // Sizes are spread over the tree and not in its order: 7,919 is prime to the number of files.
    const size = n === files / 2 ? biggest : sizeAt(((n * 7_919) % files) / files);
    const own = filler.subarray(0, size);
    own.write(`/* ${n} */`.slice(0, size), 'latin1');
    writeFileSync(join(dir, fileOf(n)), own);
    bytes += size;
  }
  return bytes;
}

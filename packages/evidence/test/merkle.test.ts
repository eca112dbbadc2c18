import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_FRONTIER, type Frontier, frontierRoot, grow } from '../src/frontier.ts';
import {
  consistencySpans,
  EMPTY_ROOT,
  type Hash,
  inclusionSpans,
  leafHash,
  nodeHash,
  type Span,
} from '../src/merkle.ts';
import { verifyConsistency, verifyInclusion } from '../src/proofs.ts';

// The test vectors of the Certificate Transparency reference implementation, used by RFC 6962 implementations since.
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const INCLUSION: readonly (readonly [index: number, size: number, proof: readonly string[]])[] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];
const CONSISTENCY: readonly (readonly [from: number, to: number, proof: readonly string[]])[] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
const fromHex = (text: string): Uint8Array => Buffer.from(text, 'hex');
const vectorLeaves = LEAVES.map((leaf) => leafHash(fromHex(leaf)));
const numbered = (count: number): readonly Hash[] =>
  Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));

/** RFC 6962 section 2.1, word for word: slow, and too simple to be wrong. */
function naiveRoot(leaves: readonly Hash[]): Hash {
  const [first] = leaves;
  if (first === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return first;
  const k = largestPowerBelow(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}
function naivePath(m: number, leaves: readonly Hash[]): readonly Hash[] {
  if (leaves.length <= 1) return [];
  const k = largestPowerBelow(leaves.length);
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}
function naiveSubproof(m: number, leaves: readonly Hash[], known: boolean): readonly Hash[] {
  if (m === leaves.length) return known ? [] : [naiveRoot(leaves)];
  const k = largestPowerBelow(leaves.length);
  return m <= k
    ? [...naiveSubproof(m, leaves.slice(0, k), known), naiveRoot(leaves.slice(k))]
    : [...naiveSubproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}
const largestPowerBelow = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1);

const hashesOf = (leaves: readonly Hash[], spans: readonly Span[]): readonly Hash[] =>
  spans.map(({ start, end }) => naiveRoot(leaves.slice(start, end)));

function grown(leaves: readonly Hash[], ...steps: readonly number[]): Frontier {
  let frontier = EMPTY_FRONTIER;
  for (const step of steps)
    frontier = grow(frontier, leaves.slice(frontier.size, frontier.size + step)).frontier;
  return grow(frontier, leaves.slice(frontier.size)).frontier;
}

describe('known vectors', () => {
  test.each(ROOTS.map((root, size) => [size, root] as const))('root of %i leaves', (size, root) => {
    expect(hex(frontierRoot(grown(vectorLeaves.slice(0, size))))).toBe(root);
  });

  test.each(INCLUSION)('inclusion of leaf %i in a tree of %i', (index, size, proof) => {
    expect(hashesOf(vectorLeaves, inclusionSpans(index, size)).map(hex)).toEqual(proof);
    const leaf = vectorLeaves[index] ?? EMPTY_ROOT;
    const root = fromHex(ROOTS[size] ?? '');
    expect(verifyInclusion({ index, size, leaf, root, proof: proof.map(fromHex) })).toBe(true);
  });

  test.each(CONSISTENCY)('consistency of %i with %i', (from, to, proof) => {
    expect(hashesOf(vectorLeaves, consistencySpans(from, to)).map(hex)).toEqual(proof);
    const [fromRoot, toRoot] = [fromHex(ROOTS[from] ?? ''), fromHex(ROOTS[to] ?? '')];
    expect(verifyConsistency({ from, fromRoot, to, toRoot, proof: proof.map(fromHex) })).toBe(true);
  });

  test('RFC 6962 2.1.3: the example tree of seven leaves', () => {
    const at = (index: number): string =>
      inclusionSpans(index, 7)
        .map(({ start, end }) => `${start}-${end}`)
        .join();
    expect([at(0), at(3), at(4), at(6)]).toEqual(['1-2,2-4,4-7', '2-3,0-2,4-7', '5-6,6-7,0-4', '4-6,0-4']);
    const between = (from: number): string =>
      consistencySpans(from, 7)
        .map(({ start, end }) => `${start}-${end}`)
        .join();
    expect([between(3), between(4), between(6)]).toEqual(['2-3,3-4,0-2,4-7', '4-7', '4-6,6-7,0-4']);
  });
});

describe('against a naive reference', () => {
  const leaves = numbered(600);

  test('roots, however the leaves arrive', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.array(fc.nat(300), { maxLength: 5 }), (size, steps) => {
        const part = leaves.slice(0, size);
        expect(hex(frontierRoot(grown(part, ...steps)))).toBe(hex(naiveRoot(part)));
      }),
      { numRuns: 100 },
    );
  });

  test('every inclusion proof up to 70 leaves is the reference’s, and holds only for what it proves', () => {
    for (let size = 1; size <= 70; size += 1) {
      const part = leaves.slice(0, size);
      const root = naiveRoot(part);
      for (let index = 0; index < size; index += 1) {
        const proof = hashesOf(part, inclusionSpans(index, size));
        expect(proof.map(hex)).toEqual(naivePath(index, part).map(hex));
        const leaf = leaves[index] ?? EMPTY_ROOT;
        const claim = { index, size, leaf, root, proof };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: leaves[index + 1] ?? EMPTY_ROOT })).toBe(false);
        expect(verifyInclusion({ ...claim, root: leaf }) && size > 1).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: proof.slice(1) }) && size > 1).toBe(false);
        expect(verifyInclusion({ ...claim, index: size })).toBe(false);
      }
    }
  });

  test('every consistency proof up to 70 leaves', () => {
    for (let to = 1; to <= 70; to += 1)
      for (let from = 1; from <= to; from += 1) {
        const part = leaves.slice(0, to);
        const proof = hashesOf(part, consistencySpans(from, to));
        expect(proof.map(hex)).toEqual(naiveSubproof(from, part, true).map(hex));
        const claim = { from, fromRoot: naiveRoot(part.slice(0, from)), to, toRoot: naiveRoot(part), proof };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, proof: [...proof, claim.toRoot] })).toBe(false);
        expect(verifyConsistency({ ...claim, fromRoot: EMPTY_ROOT })).toBe(false);
        expect(verifyConsistency({ ...claim, toRoot: EMPTY_ROOT })).toBe(false);
        if (proof.length > 0) expect(verifyConsistency({ ...claim, proof: proof.slice(0, -1) })).toBe(false);
      }
  });

  test('any flipped bit of any hash of a proof is refused', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 600 }),
        fc.nat(),
        fc.nat(),
        fc.nat(255),
        (size, seed, which, bit) => {
          const part = leaves.slice(0, size);
          const index = seed % size;
          const proof = hashesOf(part, inclusionSpans(index, size)).map((hash) => Uint8Array.from(hash));
          const hash = proof[which % proof.length] ?? new Uint8Array(32);
          hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          const leaf = leaves[index] ?? EMPTY_ROOT;
          expect(verifyInclusion({ index, size, leaf, root: naiveRoot(part), proof })).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('nonsense from strangers is refused, not thrown', () => {
    const [leaf = EMPTY_ROOT] = leaves;
    for (const value of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      expect(verifyInclusion({ index: value, size: value, leaf, root: leaf, proof: [] })).toBe(false);
      expect(verifyConsistency({ from: value, fromRoot: leaf, to: 5, toRoot: leaf, proof: [] })).toBe(false);
    }
    expect(
      verifyInclusion({ index: 0, size: 1, leaf: leaf.subarray(1), root: leaf.subarray(1), proof: [] }),
    ).toBe(false);
    expect(verifyConsistency({ from: 0, fromRoot: EMPTY_ROOT, to: 5, toRoot: leaf, proof: [] })).toBe(true);
    expect(verifyConsistency({ from: 0, fromRoot: EMPTY_ROOT, to: 5, toRoot: leaf, proof: [leaf] })).toBe(
      false,
    );
  });
});

import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeEntries, encodeEntry } from '../src/entry-bundle.ts';
import { openLedger } from '../src/index.ts';
import { parseTilePath, tilePath } from '../src/tile-path.ts';
import { bytes, filesBelow, newKeys, removeTempDirs, tempDir } from './helpers.ts';

afterAll(removeTempDirs);

describe('paths', () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 273, width: 112 }, 'tile/0/273.p/112'],
    [{ level: 4, index: 1234067, width: 256 }, 'tile/4/x001/x234/067'],
    [{ level: 'entries', index: 1000, width: 8 }, 'tile/entries/x001/000.p/8'],
  ] as const)('%j is %s', (id, path) => {
    expect(tilePath(id)).toBe(path);
    expect(parseTilePath(path)).toEqual(id);
  });

  test('any tile there and back', () => {
    fc.assert(
      fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, large, width) => {
        const id = { level, index: large % 1e15, width };
        expect(parseTilePath(tilePath(id))).toEqual(id);
      }),
    );
  });

  test.each([
    'tile/00/000',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/1234',
    'tile/0/x001/234/067',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/data/000',
    'tile/0/../000',
    'tile/0/000/',
    '/tile/0/000',
  ])('%s is no tile', (path) => expect(parseTilePath(path)).toBeUndefined());
});

test('entry bundles: any entries there and back, and a cut one is told', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.nat(), (entries, cut) => {
      const bundle = Buffer.concat(entries.map(encodeEntry));
      const decoded = decodeEntries(bundle);
      expect(decoded.entries.map((entry) => [...entry])).toEqual(entries.map((entry) => [...entry]));
      expect(decoded.rest).toBe(0);
      const part = decodeEntries(bundle.subarray(0, cut % (bundle.length + 1)));
      expect(part.entries.length).toBeLessThanOrEqual(entries.length);
    }),
  );
  const longest = encodeEntry(new Uint8Array(65_535));
  expect(decodeEntries(longest).entries[0]).toHaveLength(65_535);
});

// C2SP tlog-tiles: "a tree of size 70,000 will be represented by 273 full level 0 tiles, ..."
test('the example of the specification, on disk', async () => {
  const dir = tempDir();
  const ledger = await openLedger({ dir, keys: await newKeys() });
  await Promise.all(Array.from({ length: 70_000 }, (_, at) => ledger.append(bytes(`${at}`))));
  await ledger.close();
  const tiles = filesBelow(join(dir, 'tile'));
  const on = (level: string): readonly string[] => tiles.filter((path) => path.startsWith(`${level}/`));
  expect(on('0')).toHaveLength(274);
  expect(on('0').at(-1)).toBe('0/273.p/112');
  expect(on('1')).toEqual(['1/000', '1/001.p/17']);
  expect(on('2')).toEqual(['2/000.p/1']);
  expect(on('entries')).toHaveLength(274);
  expect(tiles).toHaveLength(274 * 2 + 3);
});

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { verifyBundle, writeBundle } from '../src/index.ts';
import { bundled, blame, evidence, unpacked } from './bundle-helpers.ts';
import { bytes, codeOf, filesBelow, newKeys, removeTempDirs, tar, tempDir } from './helpers.ts';

afterAll(removeTempDirs);

describe('the whole ledger', () => {
  test('verifies as a tar and unpacked, by the first key, a later one, and PEM', async () => {
    const made = await evidence(600, 300);
    const { out, written } = await bundled(made);
    expect(written).toMatchObject({
      entries: 600,
      blobs: 3,
      altered: [],
      absent: [`sha256:${'1'.repeat(64)}`],
    });
    for (const place of [out, unpacked(out)])
      for (const key of [made.firstVkey, made.keys.vkey, made.keys.publicKey]) {
        const verdict = await verifyBundle(place, key);
        expect(verdict).toEqual({
          ok: true,
          origin: 'shop.example/ledger',
          size: 600,
          from: 0,
          to: 600,
          entries: 600,
          blobs: 3,
          absent: [`sha256:${'1'.repeat(64)}`],
          checkpoint: made.ledger.checkpoint().note,
          keys: [made.firstVkey, made.keys.vkey],
        });
      }
    await made.ledger.close();
  });

  test('the same range gives the same bytes; standard tools read it and check it', async () => {
    const made = await evidence(300);
    const [one, two] = [await bundled(made), await bundled(made)];
    expect(one.content.equals(two.content)).toBe(true);
    expect(one.written.sha256).toBe(two.written.sha256);
    expect(execFileSync('sha256sum', [one.out], { encoding: 'utf8' })).toContain(one.written.sha256);
    const names = tar('tf', one.out).trimEnd().split('\n');
    expect(names).toEqual([...names].sort());
    expect(names.slice(0, 3)).toEqual(['INDEX', 'README.txt', 'SHA256SUMS']);
    expect(tar('tvf', one.out)).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1970-01-01/);
    const dir = unpacked(one.out);
    const checked = execFileSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], {
      cwd: dir,
      encoding: 'utf8',
    });
    expect(checked.trimEnd().split('\n')).toHaveLength(names.length - 2);
    expect(filesBelow(dir)).toEqual([...names].sort());
    await made.ledger.close();
  });

  test('an empty ledger', async () => {
    const made = await evidence(0);
    const { out } = await bundled(made);
    expect(await verifyBundle(out, made.firstVkey)).toMatchObject({ ok: true, size: 0, entries: 0 });
    await made.ledger.close();
  });

  test('made from a live ledger that is appended to meanwhile', async () => {
    const made = await evidence(500);
    const [{ out }] = await Promise.all([
      bundled(made),
      (async () => {
        for (let at = 0; at < 30; at += 1) await made.ledger.append(bytes(`{"late":${at}}`));
      })(),
    ]);
    expect(await verifyBundle(out, made.firstVkey)).toMatchObject({ ok: true, entries: 500 });
    await made.ledger.close();
  });
});

describe('a range', () => {
  test.each([
    [0, 1],
    [599, 600],
    [255, 257],
    [256, 512],
    [100, 100],
    [10, 590],
    [301, 302],
    [0, 600],
  ])('%i to %i of 600, a rotation at 300', async (from, to) => {
    const made = await evidence(600, 300);
    const { out } = await bundled(made, { from, to });
    expect(await verifyBundle(out, made.firstVkey)).toMatchObject({
      ok: true,
      size: 600,
      from,
      to,
      entries: to - from,
    });
    const dir = unpacked(out);
    expect(await verifyBundle(dir, made.keys.vkey)).toMatchObject({ ok: true });
    // Nothing outside of the range is handed over, but the rotation.
    const given = filesBelow(dir)
      .filter((path) => path.startsWith('entries/') || path.startsWith('tile/entries/'))
      .flatMap((path) => readFileSync(join(dir, path), 'utf8').match(/"at":\d+/g) ?? [])
      .map((match) => Number(match.slice(5)))
      .sort((a, b) => a - b);
    expect(given).toEqual(Array.from({ length: to - from }, (_, at) => from + at).filter((at) => at !== 300));
    await made.ledger.close();
  });

  test('of a large tree: only the tiles on the way to the root', async () => {
    const made = await evidence(70_000);
    const { out, written } = await bundled(made, { from: 30_000, to: 30_010 });
    expect(await verifyBundle(out, made.firstVkey)).toMatchObject({ ok: true, size: 70_000, entries: 10 });
    expect(tar('tf', out).match(/^tile\/\d.*$/gm)).toEqual([
      'tile/0/117',
      'tile/0/273.p/112',
      'tile/1/000',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ]);
    expect(written.bytes).toBeLessThan(60_000);
    await made.ledger.close();
  });

  test('a range there is not', async () => {
    const made = await evidence(5);
    const out = join(tempDir('memory'), 'x.tar');
    for (const [from, to] of [
      [0, 6],
      [3, 2],
      [-1, 2],
      [0, 1.5],
    ] as const)
      expect(await codeOf(writeBundle({ ledger: made.ledger, blobs: made.blobs, out, from, to }))).toBe(
        'out-of-range',
      );
    await made.ledger.close();
  });
});

describe('what the store does not have', () => {
  test('altered and missing blobs are said, not hidden, and the rest is still evidence', async () => {
    const made = await evidence(20);
    const at = (ref: string): string => join(made.dir, 'blobs/sha256', ref.slice(7, 9), ref.slice(9));
    writeFileSync(at(made.refs.recording), 'tampered with');
    rmSync(at(made.refs.empty));
    const { out, written } = await bundled(made);
    expect(written.altered).toEqual([made.refs.recording]);
    expect(written.absent).toContain(made.refs.empty);
    const verdict = await verifyBundle(out, made.firstVkey);
    expect(verdict).toMatchObject({ ok: true, blobs: 0 });
    if (verdict.ok) expect(verdict.absent).toEqual([...written.absent, ...written.altered].sort());
    await made.ledger.close();
  });

  test('an unwritable place', async () => {
    const made = await evidence(3);
    expect(await codeOf(bundledAt(made, '/proc/nowhere/x.tar'))).toBe('disk');
    await made.ledger.close();
  });
});

const bundledAt = (made: Awaited<ReturnType<typeof evidence>>, out: string) =>
  writeBundle({ ledger: made.ledger, blobs: made.blobs, out });

describe('not for this key', () => {
  test('another ledger’s key, no key, a forger’s bundle of the same name', async () => {
    const [made, forged] = [await evidence(10), await evidence(10)];
    const { out } = await bundled(made);
    const fake = await bundled(forged);
    expect(await verifyBundle(out, (await newKeys()).vkey)).toMatchObject({ ok: false });
    expect(blame(await verifyBundle(out, ''))).toEqual(['(public key)']);
    expect(blame(await verifyBundle(fake.out, made.firstVkey))).toEqual(['checkpoint']);
    expect(await verifyBundle(out, made.firstVkey.replace('shop.example', 'other.example'))).toMatchObject({
      ok: false,
    });
    await made.ledger.close();
    await forged.ledger.close();
  });
});

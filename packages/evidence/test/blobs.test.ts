import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { blobRefsIn, type FileBlobs, isBlobRef, openFileBlobs } from '../src/index.ts';
import { bytes, codeOf, filesBelow, removeTempDirs, tempDir, textOf } from './helpers.ts';

afterAll(removeTempDirs);

const refOf = (content: Uint8Array): never =>
  `sha256:${createHash('sha256').update(content).digest('hex')}` as never;
const fileOf = (dir: string, ref: string): string => join(dir, 'sha256', ref.slice(7, 9), ref.slice(9));

async function* pieces(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  for (const text of texts) yield bytes(text);
}
async function collect(source: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of source) all.push(piece);
  return textOf(Buffer.concat(all));
}
async function store(): Promise<{ dir: string; blobs: FileBlobs }> {
  const dir = tempDir('memory');
  return { dir, blobs: await openFileBlobs({ dir }) };
}

describe('storing', () => {
  test('put, has, get, size, list; the file is where the reference says', async () => {
    const { dir, blobs } = await store();
    const ref = await blobs.put(bytes('hello'));
    expect(ref).toBe('sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(
      readFileSync(
        join(dir, 'sha256/2c/f24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'),
        'utf8',
      ),
    ).toBe('hello');
    expect(await blobs.has(ref)).toBe(true);
    expect(await blobs.sizeOf(ref)).toBe(5);
    expect(textOf(await blobs.get(ref))).toBe('hello');
    const empty = await blobs.put(new Uint8Array(0));
    expect(await blobs.get(empty)).toHaveLength(0);
    const listed: string[] = [];
    for await (const each of blobs.list()) listed.push(each);
    expect(listed).toEqual([ref, empty].sort());
    expect(readdirSync(join(dir, 'tmp'))).toEqual([]);
  });

  test('the same bytes many times at once are one file', async () => {
    const { dir, blobs } = await store();
    const other = await openFileBlobs({ dir });
    const refs = await Promise.all(
      Array.from({ length: 20 }, (_, at) => (at % 2 ? blobs : other).put(bytes('same'))),
    );
    expect(new Set(refs).size).toBe(1);
    expect(filesBelow(dir)).toHaveLength(1);
  });

  test('a stream, and one that is too long or breaks leaves nothing', async () => {
    const { dir, blobs } = await store();
    const ref = await blobs.putStream(pieces('he', 'l', 'lo'), 5);
    expect(ref).toBe(refOf(bytes('hello')));
    expect(await collect(blobs.read(ref))).toBe('hello');
    expect(await codeOf(blobs.putStream(pieces('he', 'l', 'lo'), 4))).toBe('blob-too-large');
    const broken = async function* (): AsyncIterable<Uint8Array> {
      yield* pieces('half');
      throw new Error('the caller’s own');
    };
    await expect(blobs.putStream(broken(), 99)).rejects.toThrow('the caller’s own');
    expect(filesBelow(dir)).toHaveLength(1);
  });

  test('leftovers of killed puts go after a day, not before', async () => {
    const { dir } = await store();
    writeFileSync(join(dir, 'tmp', 'old'), 'x');
    writeFileSync(join(dir, 'tmp', 'new'), 'x');
    utimesSync(join(dir, 'tmp', 'old'), new Date(0), new Date(0));
    await openFileBlobs({ dir });
    expect(readdirSync(join(dir, 'tmp'))).toEqual(['new']);
  });
});

describe('altered and missing', () => {
  test('every flipped byte is found on reading, and named', async () => {
    const { dir, blobs } = await store();
    const ref = await blobs.put(bytes('a recording'));
    const content = readFileSync(fileOf(dir, ref));
    for (let at = 0; at < content.length; at += 1) {
      const altered = Buffer.from(content);
      altered[at] = (altered[at] ?? 0) ^ 1;
      writeFileSync(fileOf(dir, ref), altered);
      await expect(blobs.get(ref)).rejects.toMatchObject({
        code: 'blob-damaged',
        message: `the stored bytes of ${ref} have been altered`,
      });
      expect(await codeOf(collect(blobs.read(ref)))).toBe('blob-damaged');
    }
  });

  test('putting the right bytes again restores them and keeps the altered ones', async () => {
    const { dir, blobs } = await store();
    const ref = await blobs.put(bytes('right'));
    writeFileSync(fileOf(dir, ref), 'wrong');
    expect(await blobs.put(bytes('right'))).toBe(ref);
    expect(textOf(await blobs.get(ref))).toBe('right');
    const kept = filesBelow(dir).filter((path) => path.includes('.altered-'));
    expect(kept.map((path) => readFileSync(join(dir, path), 'utf8'))).toEqual(['wrong']);
    const listed: string[] = [];
    for await (const each of blobs.list()) listed.push(each);
    expect(listed).toEqual([ref]);
  });

  test('missing', async () => {
    const { dir, blobs } = await store();
    const ref = refOf(bytes('never stored'));
    expect(await blobs.has(ref)).toBe(false);
    expect(await codeOf(blobs.get(ref))).toBe('blob-missing');
    const stored = await blobs.put(bytes('x'));
    rmSync(fileOf(dir, stored));
    expect(await codeOf(collect(blobs.read(stored)))).toBe('blob-missing');
  });

  test('a link in the place of a blob is not followed', async () => {
    const { dir, blobs } = await store();
    const ref = await blobs.put(bytes('secret'));
    const copy = join(tempDir('memory'), 'copy');
    writeFileSync(copy, 'secret');
    rmSync(fileOf(dir, ref));
    symlinkSync(copy, fileOf(dir, ref));
    expect(await codeOf(blobs.get(ref))).toBe('disk');
  });

  test.each([
    '',
    'sha256:',
    'sha256:../../etc/passwd',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'a'.repeat(63)}`,
    `sha256:${'a'.repeat(64)}\n`,
    `x sha256:${'a'.repeat(64)}`,
  ])('no path is made of %j', async (ref) => {
    const { blobs } = await store();
    expect(isBlobRef(ref)).toBe(false);
    expect(await codeOf(blobs.get(ref as never))).toBe('bad-input');
    expect(await codeOf(blobs.has(ref as never))).toBe('bad-input');
  });
});

describe('references in JSON', () => {
  const [a, b] = [refOf(bytes('a')) as string, refOf(bytes('b')) as string];
  test('at any depth, each once, sorted', () => {
    const json = JSON.stringify({ x: [{ y: b }, a, [[[a]]]], z: `not ${a}`, [b]: 1 });
    expect(blobRefsIn(bytes(json))).toEqual([a, b].sort());
  });
  test('hostile depth, broken JSON, other bytes', () => {
    const deep = 30_000;
    expect(blobRefsIn(bytes(`${'['.repeat(deep)}"${a}"${']'.repeat(deep)}`))).toEqual([a]);
    expect(blobRefsIn(bytes(`{"x":"${a}"`))).toEqual([]);
    expect(blobRefsIn(Uint8Array.of(0xff, ...bytes(`"${a}"`)))).toEqual([]);
  });
});

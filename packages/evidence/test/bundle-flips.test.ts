import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyBundle } from '../src/index.ts';
import { blame, bundled, type Evidence, evidence, unpacked } from './bundle-helpers.ts';
import { filesBelow, random, removeTempDirs, tempDir } from './helpers.ts';

afterAll(removeTempDirs);

let made: Evidence;
let out: string;
let original: Buffer;
let dir: string;
let files: readonly string[];
/** Where each file lies in the tar, header included. */
const slots: { readonly file: string; readonly start: number; readonly end: number }[] = [];

beforeAll(async () => {
  made = await evidence(270, 4);
  ({ out, content: original } = await bundled(made));
  dir = unpacked(out);
  files = filesBelow(dir);
  let start = 0;
  for (const file of files) {
    const end = start + 512 + Math.ceil(readFileSync(join(dir, file)).length / 512) * 512;
    slots.push({ file, start, end });
    start = end;
  }
  expect(original.length).toBe(start + 1024);
});
afterAll(() => made.ledger.close());

const verify = (place: string) => verifyBundle(place, made.firstVkey);
const flipBit = (content: Buffer, bit: number): Buffer => {
  const flipped = Buffer.from(content);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
};
async function tarOf(content: Uint8Array) {
  writeFileSync(out, content);
  const verdict = await verify(out);
  writeFileSync(out, original);
  return verdict;
}
async function folderWith(change: (copy: string) => void) {
  const copy = join(tempDir('memory'), 'copy');
  cpSync(dir, copy, { recursive: true });
  change(copy);
  return verify(copy);
}
const slotAt = (offset: number): string => slots.find(({ end }) => offset < end)?.file ?? '(end of tar)';

test('unaltered, both verify', async () => {
  expect(await verify(out)).toMatchObject({ ok: true });
  expect(await verify(dir)).toMatchObject({ ok: true });
});

test('1,000 flipped bits in the files of an unpacked bundle: each found, each file named', async () => {
  const dice = random(2019);
  for (let round = 0; round < 1000; round += 1) {
    const file = files[round % files.length] ?? '';
    const path = join(dir, file);
    const content = readFileSync(path);
    if (content.length === 0) continue;
    const bit = dice(content.length * 8);
    writeFileSync(path, flipBit(content, bit));
    expect(blame(await verify(dir)), `bit ${bit} of ${file}`).toContain(file);
    writeFileSync(path, content);
  }
  expect(await verify(dir)).toMatchObject({ ok: true });
});

test('1,000 changed bytes anywhere in the tar: headers, names, contents, filling, end', async () => {
  const dice = random(148);
  for (let round = 0; round < 1000; round += 1) {
    const at = dice(original.length);
    const altered = Buffer.from(original);
    altered[at] = ((altered[at] ?? 0) + 1 + dice(255)) & 0xff;
    expect(blame(await tarOf(altered)), `byte ${at}`).toContain(slotAt(at));
  }
});

test('every byte of every header, of the first file’s filling and of the end', async () => {
  for (const { file, start } of slots)
    for (let at = start; at < start + 512; at += at - start < 160 ? 7 : 53)
      expect(blame(await tarOf(flipBit(original, at * 8 + (at % 8)))), `byte ${at}`).toContain(file);
  for (let at = original.length - 1024; at < original.length; at += 31)
    expect(blame(await tarOf(flipBit(original, at * 8)))).toEqual(['(end of tar)']);
});

test('every bit of the checkpoint and of the first and last lines of the index', async () => {
  for (const file of ['checkpoint', 'INDEX']) {
    const path = join(dir, file);
    const content = readFileSync(path);
    for (let bit = 0; bit < content.length * 8; bit += 1) {
      if (bit === 1600 && content.length > 400) bit = (content.length - 200) * 8;
      writeFileSync(path, flipBit(content, bit));
      expect(blame(await verify(dir)), `bit ${bit} of ${file}`).toContain(file);
    }
    writeFileSync(path, content);
  }
});

describe('missing, extra, truncated, appended, reordered', () => {
  test('each file missing from the folder', async () => {
    for (const file of files)
      expect(blame(await folderWith((copy) => rmSync(join(copy, file)))), file).toContain(file);
  });

  test('each file of the folder one byte shorter or longer', async () => {
    for (const file of files) {
      const content = readFileSync(join(dir, file));
      const longer = await folderWith((copy) =>
        writeFileSync(join(copy, file), Buffer.concat([content, Buffer.from('\n')])),
      );
      expect(blame(longer), file).toContain(file);
      if (content.length === 0) continue;
      const shorter = await folderWith((copy) => writeFileSync(join(copy, file), content.subarray(0, -1)));
      expect(blame(shorter), file).toContain(file);
    }
  });

  test.each(['extra.txt', 'tile/0/999', '.hidden', 'blobs/sha256/00/x', 'entries/0-1', 'INDEX.bak'])(
    'an extra %s',
    async (file) => {
      const verdict = await folderWith((copy) => {
        mkdirSync(dirname(join(copy, file)), { recursive: true });
        writeFileSync(join(copy, file), '');
      });
      expect(verdict).toMatchObject({ ok: false, problems: [{ file, what: 'extra' }] });
    },
  );

  test('an empty folder, a link in the place of a file, a link in the place of a folder', async () => {
    expect(blame(await folderWith((copy) => mkdirSync(join(copy, 'hollow'))))).toEqual(['hollow']);
    const linked = await folderWith((copy) => {
      rmSync(join(copy, 'README.txt'));
      symlinkSync(join(dir, 'README.txt'), join(copy, 'README.txt'));
    });
    expect(blame(linked)).toContain('README.txt');
    const folder = await folderWith((copy) => {
      rmSync(join(copy, 'tile'), { recursive: true });
      symlinkSync(join(dir, 'tile'), join(copy, 'tile'));
    });
    expect(blame(folder)).toContain('tile');
  });

  test('two entries exchanged: the file and the entry are named', async () => {
    const file = 'tile/entries/001.p/14';
    const verdict = await folderWith((copy) => {
      const path = join(copy, file);
      const content = readFileSync(path);
      const first = content.readUInt16BE(0) + 2;
      const second = content.readUInt16BE(first) + 2;
      writeFileSync(
        path,
        Buffer.concat([
          content.subarray(first, first + second),
          content.subarray(0, first),
          content.subarray(first + second),
        ]),
      );
    });
    expect(verdict.ok ? [] : verdict.problems).toContainEqual({
      file,
      what: 'altered',
      detail: 'entry 256 is not the entry that was recorded',
    });
  });

  test('two files exchanged', async () => {
    const [a = '', b = ''] = files.filter((file) => file.startsWith('blobs/'));
    const verdict = await folderWith((copy) => {
      renameSync(join(copy, a), join(copy, 'held'));
      renameSync(join(copy, b), join(copy, a));
      renameSync(join(copy, 'held'), join(copy, b));
    });
    expect(blame(verdict)).toEqual(expect.arrayContaining([a, b]));
  });

  test('the tar cut at any block, and at odd places', async () => {
    for (let length = 0; length < original.length; length += length % 1024 === 0 ? 100 : 412) {
      const verdict = await tarOf(original.subarray(0, length));
      expect(verdict.ok, `${length} bytes`).toBe(false);
      expect(blame(verdict)).toContain(length < 512 ? 'INDEX' : slotAt(length));
    }
  });

  test('the tar with something after it, before it, or in it', async () => {
    expect(blame(await tarOf(Buffer.concat([original, Buffer.alloc(1)])))).toEqual(['(end of tar)']);
    expect(blame(await tarOf(Buffer.concat([original, Buffer.alloc(10240)])))).toEqual(['(end of tar)']);
    expect(blame(await tarOf(Buffer.concat([original, original])))).toEqual(['(end of tar)']);
    expect(blame(await tarOf(Buffer.concat([Buffer.alloc(512), original])))).toEqual(['INDEX']);
    const { start } = slots[4] ?? { start: 0 };
    const inserted = await tarOf(
      Buffer.concat([original.subarray(0, start), Buffer.alloc(512), original.subarray(start)]),
    );
    expect(blame(inserted)).toContain(slots[4]?.file);
  });

  test('two members of the tar exchanged', async () => {
    for (let at = 1; at + 1 < slots.length; at += 1) {
      const [one, two] = [slots[at], slots[at + 1]];
      if (one === undefined || two === undefined) continue;
      const swapped = Buffer.concat([
        original.subarray(0, one.start),
        original.subarray(two.start, two.end),
        original.subarray(one.start, one.end),
        original.subarray(two.end),
      ]);
      expect(blame(await tarOf(swapped))).toContain(one.file);
    }
  });

  test('a member doubled, a member left out', async () => {
    const slot = slots[3];
    if (slot === undefined) throw new Error('no slot');
    const member = original.subarray(slot.start, slot.end);
    const doubled = Buffer.concat([original.subarray(0, slot.end), member, original.subarray(slot.end)]);
    expect(blame(await tarOf(doubled))).toContain(slots[4]?.file);
    const without = Buffer.concat([original.subarray(0, slot.start), original.subarray(slot.end)]);
    expect(blame(await tarOf(without))).toContain(slot.file);
  });
});

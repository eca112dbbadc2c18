import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EvidenceError, type Keys, openLedger, verifyLedger } from '../src/index.ts';
import { bytes, filesBelow, newKeys, random, removeTempDirs, tempDir, textOf } from './helpers.ts';

afterAll(removeTempDirs);

async function ledgerOf(count: number, keys: Keys, dir = join(tempDir('memory'), 'ledger')): Promise<string> {
  const ledger = await openLedger({ dir, keys });
  await Promise.all(
    Array.from({ length: count - ledger.size }, (_, at) => ledger.append(bytes(`entry ${ledger.size + at}`))),
  );
  await ledger.close();
  return dir;
}

async function openAndClose(dir: string, keys: Keys) {
  const ledger = await openLedger({ dir, keys });
  const { recovery, size } = ledger;
  await ledger.close();
  return { recovery, size };
}

const failure = async (dir: string, keys: Keys): Promise<EvidenceError> => {
  const error: unknown = await openAndClose(dir, keys).catch((caught: unknown) => caught);
  if (error instanceof EvidenceError) return error;
  throw new Error('it opened', { cause: error });
};

/** The files that the commit from `before` to `after` entries adds, and a fresh copy of the state before it. */
async function commitFiles(before: number, after: number) {
  const keys = await newKeys();
  const old = await ledgerOf(before, keys);
  const next = join(tempDir('memory'), 'next');
  cpSync(old, next, { recursive: true });
  await ledgerOf(after, keys, next);
  const had = new Set(filesBelow(old));
  const added = filesBelow(next).filter((path) => path.startsWith('tile/') && !had.has(path));
  return {
    keys,
    old,
    added: new Map(added.map((path) => [path, readFileSync(join(next, path))])),
    note: readFileSync(join(next, 'checkpoint')),
  };
}

function put(dir: string, path: string, content: Uint8Array): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), content);
}

describe('a torn tail', () => {
  test.each([
    [3, 5],
    [254, 259],
    [256, 257],
  ])(
    'from %i to %i entries: every file cut at every byte, or garbage: cut back and reported',
    async (before, after) => {
      const { keys, old, added, note } = await commitFiles(before, after);
      const dice = random(before);
      const snapshot = filesBelow(old).map((path) => [path, readFileSync(join(old, path))] as const);
      let rounds = 0;
      for (const [victim, content] of added) {
        const step = content.length > 600 ? 97 : 1;
        for (let length = 0; length <= content.length; length += step) {
          for (const [path, whole] of added) if (path !== victim) put(old, path, whole);
          const garbled = Buffer.from(content.subarray(0, length));
          if (rounds % 3 === 2 && length > 0) garbled[dice(length)] = dice(256);
          put(old, victim, garbled);
          if (rounds % 2 === 0) put(old, 'checkpoint.tmp', note.subarray(0, dice(note.length)));
          const { recovery, size } = await openAndClose(old, keys);
          expect(size).toBe(before);
          if (recovery.kind !== 'cut') throw new Error(`${victim} cut at ${length} went unreported`);
          expect(recovery).toMatchObject({ size: before });
          expect(recovery.files).toEqual(expect.arrayContaining([...added.keys()]));
          expect(recovery.entries).toBeLessThanOrEqual(after - before);
          for (const path of added.keys()) expect(existsSync(join(old, recovery.movedTo, path))).toBe(true);
          expect(existsSync(join(old, 'checkpoint.tmp'))).toBe(false);
          expect((await openAndClose(old, keys)).recovery).toEqual({ kind: 'intact' });
          rmSync(join(old, 'cut'), { recursive: true });
          rounds += 1;
        }
      }
      expect(rounds).toBeGreaterThan(10);
      for (const [path, content] of snapshot)
        expect(readFileSync(join(old, path)).equals(content), path).toBe(true);
      expect(await ledgerOf(after, keys, old)).toBe(old);
      expect(await verifyLedger(old, keys.vkey)).toMatchObject({ ok: true, size: after });
    },
  );

  test('says how many whole entries and bytes were beyond the checkpoint', async () => {
    const { keys, old, added } = await commitFiles(250, 270);
    for (const [path, whole] of added) put(old, path, whole);
    const { recovery } = await openAndClose(old, keys);
    const total = [...added.values()].reduce((sum, content) => sum + content.length, 0);
    expect(recovery).toMatchObject({ kind: 'cut', size: 250, entries: 20, bytes: total });
  });

  test('a second cut at the same size does not overwrite what the first put aside', async () => {
    const { keys, old, added } = await commitFiles(1, 2);
    const moved: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      for (const [path, whole] of added) put(old, path, whole);
      const { recovery } = await openAndClose(old, keys);
      if (recovery.kind === 'cut') moved.push(recovery.movedTo);
    }
    expect(moved).toEqual(['cut/1-1', 'cut/1-2']);
  });

  test('short tiles that a crash kept from being removed go without a report; altered ones do not', async () => {
    const keys = await newKeys();
    const dir = await ledgerOf(3, keys);
    const left = filesBelow(dir)
      .filter((path) => path.includes('.p/'))
      .map((path) => [path, readFileSync(join(dir, path))] as const);
    await ledgerOf(300, keys, dir);
    for (const [path, content] of left) put(dir, path, content);
    expect((await openAndClose(dir, keys)).recovery).toEqual({ kind: 'intact' });
    for (const [path] of left) expect(existsSync(join(dir, path))).toBe(false);
    for (const [path, content] of left) put(dir, path, Buffer.from(content).fill(1));
    expect((await openAndClose(dir, keys)).recovery).toMatchObject({ kind: 'cut', entries: 0 });
  });

  test('a file that has no place in a ledger is put aside and named', async () => {
    const keys = await newKeys();
    const dir = await ledgerOf(3, keys);
    put(dir, 'tile/0/shell.php', bytes('<?php'));
    expect((await openAndClose(dir, keys)).recovery).toMatchObject({
      kind: 'cut',
      files: ['tile/0/shell.php'],
    });
  });
});

describe('damage before the checkpoint', () => {
  test('any flipped byte at the right edge is an error that names the file, and nothing is changed', async () => {
    const keys = await newKeys();
    const dir = await ledgerOf(260, keys);
    const edge = ['tile/0/001.p/4', 'tile/1/000.p/1', 'tile/entries/001.p/4', 'checkpoint'];
    for (const path of edge) {
      const content = readFileSync(join(dir, path));
      for (let at = 0; at < content.length; at += 1) {
        const altered = Buffer.from(content);
        altered[at] = (altered[at] ?? 0) ^ 0x20;
        put(dir, path, altered);
        const error = await failure(dir, keys);
        if (path === 'checkpoint') expect(['ledger-damaged', 'key-mismatch']).toContain(error.code);
        else expect([error.code, error.file], `${path} at ${at}`).toEqual(['ledger-damaged', path]);
        expect(readFileSync(join(dir, path)).equals(altered)).toBe(true);
      }
      put(dir, path, content);
    }
    expect((await openAndClose(dir, keys)).recovery).toEqual({ kind: 'intact' });
  });

  test('the entry is named', async () => {
    const keys = await newKeys();
    const dir = await ledgerOf(260, keys);
    const path = join(dir, 'tile/entries/001.p/4');
    const content = readFileSync(path);
    content[content.length - 1] = 0;
    writeFileSync(path, content);
    expect((await failure(dir, keys)).message).toBe(
      'tile/entries/001.p/4: entry 259 is not the entry that was recorded',
    );
  });

  test.each([
    'tile/entries/000',
    'tile/0/000',
    'tile/0/001.p/4',
    'tile/1/000.p/1',
    'tile/entries/001.p/4',
    'checkpoint',
  ])('%s is missing', async (path) => {
    const keys = await newKeys();
    const dir = await ledgerOf(260, keys);
    rmSync(join(dir, path));
    const error = await failure(dir, keys);
    expect([error.code, error.file]).toEqual(['ledger-damaged', path]);
  });

  test('in an old tile: opening is quick and does not read it; reading refuses it, verifying names it', async () => {
    const keys = await newKeys();
    const dir = await ledgerOf(600, keys);
    for (const path of ['tile/entries/000', 'tile/0/001']) {
      const content = readFileSync(join(dir, path));
      const altered = Buffer.from(content);
      altered[5000 % content.length] = (altered[5000 % content.length] ?? 0) ^ 1;
      put(dir, path, altered);
      const ledger = await openLedger({ dir, keys });
      await expect(ledger.entry(path === 'tile/0/001' ? 300 : 100)).rejects.toMatchObject({
        code: 'ledger-damaged',
        file: path,
      });
      expect(textOf(await ledger.entry(599))).toBe('entry 599');
      await ledger.close();
      const verdict = await verifyLedger(dir, keys.vkey);
      expect(verdict).toMatchObject({ ok: false, problems: [{ file: path, what: 'altered' }] });
      put(dir, path, content);
    }
  });

  test('an older checkpoint put back does not make the ledger forget what followed', async () => {
    const keys = await newKeys();
    const dir = await ledgerOf(10, keys);
    const note = readFileSync(join(dir, 'checkpoint'));
    await ledgerOf(20, keys, dir);
    put(dir, 'checkpoint', note);
    expect(await failure(dir, keys)).toMatchObject({ code: 'ledger-damaged', file: 'tile/0/000.p/10' });
    expect(readdirSync(join(dir, 'tile/entries/000.p'))).toEqual(['20']);
  });

  test('another ledger’s key or name', async () => {
    const keys = await newKeys();
    const dir = await ledgerOf(3, keys);
    expect(await failure(dir, await newKeys())).toMatchObject({ code: 'key-mismatch' });
  });

  test('a truncated full tile is named by its file', async () => {
    const keys = await newKeys();
    const dir = await ledgerOf(600, keys);
    truncateSync(join(dir, 'tile/0/000'), 8191);
    expect(await verifyLedger(dir, keys.vkey)).toMatchObject({
      ok: false,
      problems: [{ file: 'tile/0/000', what: 'altered' }],
    });
  });
});

test('verifying something that is no ledger', async () => {
  const keys = await newKeys();
  expect(await verifyLedger(join(tempDir('memory'), 'nowhere'), keys.vkey)).toMatchObject({
    ok: false,
    problems: [{ file: 'checkpoint', what: 'missing' }],
  });
  const dir = await ledgerOf(2, keys);
  expect(await verifyLedger(dir, 'no key')).toMatchObject({
    ok: false,
    problems: [{ file: '(public key)', what: 'key' }],
  });
  expect(await verifyLedger(dir, (await newKeys()).vkey)).toMatchObject({
    ok: false,
    problems: [{ file: 'checkpoint', what: 'key' }],
  });
});

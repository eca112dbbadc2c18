import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type EvidenceError,
  openKeys,
  openLedger,
  parseVkey,
  readRotation,
  verifyLedger,
} from '../src/index.ts';
import { followRotations, type Rotation, rotationEntry } from '../src/rotation.ts';
import {
  bytes,
  codeOf,
  filesBelow,
  NAME,
  newKeys,
  random,
  removeTempDirs,
  tempDir,
  textOf,
} from './helpers.ts';
import { UnreliableDisk } from './unreliable-disk.ts';

afterAll(removeTempDirs);

const AT = '2026-11-22T12:00:00.000Z' as never;

describe('files', () => {
  test('created once, private, and the same afterwards', async () => {
    const dir = join(tempDir(), 'deep', 'keys');
    const keys = await openKeys({ dir, name: NAME });
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'ledger-key.pem')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, 'ledger-key.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(readFileSync(join(dir, 'ledger-key.pub.pem'), 'utf8')).toBe(keys.publicKey);
    expect(readFileSync(join(dir, 'ledger-key.vkey'), 'utf8')).toBe(`${keys.vkey}\n`);
    expect(parseVkey(keys.vkey)?.name).toBe(NAME);
    expect(keys.firstVkey).toBe(keys.vkey);
    const again = await openKeys({ dir, name: NAME });
    expect(again.vkey).toBe(keys.vkey);
    expect(filesBelow(dir)).toEqual([
      'ledger-key.first.vkey',
      'ledger-key.pem',
      'ledger-key.pub.pem',
      'ledger-key.vkey',
    ]);
  });

  test('of many first runs at once one key comes out', async () => {
    const dir = tempDir();
    const all = await Promise.all(Array.from({ length: 8 }, () => openKeys({ dir, name: NAME })));
    expect(new Set(all.map(({ vkey }) => vkey)).size).toBe(1);
    expect(new Set(all.map(({ firstVkey }) => firstVkey)).size).toBe(1);
  });

  test.each([0o640, 0o604, 0o660, 0o620, 0o601])(
    'a key that others may touch (%o) is refused, with what to do',
    async (mode) => {
      const dir = tempDir();
      await openKeys({ dir, name: NAME });
      const path = join(dir, 'ledger-key.pem');
      chmodSync(path, mode);
      const error = await openKeys({ dir, name: NAME }).catch((caught: unknown) => caught as EvidenceError);
      expect(error).toMatchObject({ code: 'key-exposed' });
      expect((error as EvidenceError).message).toContain(`run "chmod 600 ${path}"`);
      expect((error as EvidenceError).message).not.toContain('\n');
    },
  );

  test('damaged, linked, of another kind, or without a usable name', async () => {
    const dir = tempDir();
    const path = join(dir, 'ledger-key.pem');
    writeFileSync(path, 'not a key', { mode: 0o600 });
    expect(await codeOf(openKeys({ dir, name: NAME }))).toBe('key-damaged');
    writeFileSync(path, '');
    expect(await codeOf(openKeys({ dir, name: NAME }))).toBe('key-damaged');
    const other = tempDir();
    symlinkSync(path, join(other, 'ledger-key.pem'));
    expect(await codeOf(openKeys({ dir: other, name: NAME }))).toBe('disk');
    expect(await codeOf(openKeys({ dir: tempDir(), name: 'my shop' }))).toBe('bad-input');
    mkdirSync(join(tempDir(), 'x'));
    expect(await codeOf(openKeys({ dir: join(path, 'below-a-file'), name: NAME }))).toBe('disk');
  });
});

describe('rotation', () => {
  test('recorded, signed by both; the first public key still verifies all of it', async () => {
    const dir = tempDir();
    const keys = await openKeys({ dir: join(dir, 'keys'), name: NAME });
    const first = { vkey: keys.vkey, pem: keys.publicKey };
    const ledger = await openLedger({ dir: join(dir, 'ledger'), keys });
    await ledger.append(bytes('under the first key'));
    const rotated = await ledger.rotateKey();
    expect(rotated.index).toBe(1);
    const second = keys.vkey;
    expect(second).not.toBe(first.vkey);
    await ledger.append(bytes('under the second key'));
    await Promise.all([ledger.append(bytes('a')), ledger.rotateKey(), ledger.append(bytes('b'))]);
    await ledger.close();

    const entry = JSON.parse(textOf(await ledger.entry(1))) as {
      kind: string;
      data: { old: string; new: string };
    };
    expect(entry).toMatchObject({
      v: 1,
      kind: 'key.rotated',
      shop: null,
      data: { index: 1, origin: NAME, old: first.vkey, new: second },
    });
    for (const anchor of [first.vkey, first.pem, second, keys.vkey, `${keys.vkey}\n`])
      expect(await verifyLedger(join(dir, 'ledger'), anchor)).toMatchObject({
        ok: true,
        size: 6,
        keys: [first.vkey, second, keys.vkey],
      });
    expect(await verifyLedger(join(dir, 'ledger'), (await newKeys()).vkey)).toMatchObject({
      ok: false,
      problems: [{ file: 'checkpoint', what: 'key' }],
    });
    const again = await openKeys({ dir: join(dir, 'keys'), name: NAME });
    expect(again.vkey).toBe(keys.vkey);
    expect(again.firstVkey).toBe(first.vkey);
    expect(filesBelow(join(dir, 'keys'))).not.toContain('ledger-key.next.pem');
  });

  test('a crash after the next key was stored: nothing happened, and the key is used next time', async () => {
    const dir = tempDir();
    const keys = await openKeys({ dir: join(dir, 'keys'), name: NAME });
    const staged = await keys.stage();
    const after = await openKeys({ dir: join(dir, 'keys'), name: NAME });
    expect(after.staged?.key.vkey).toBe(staged.key.vkey);
    const ledger = await openLedger({ dir: join(dir, 'ledger'), keys: after });
    expect(after.vkey).toBe(keys.vkey);
    await ledger.rotateKey();
    expect(after.vkey).toBe(staged.key.vkey);
    await ledger.close();
    expect(await verifyLedger(join(dir, 'ledger'), keys.firstVkey)).toMatchObject({ ok: true });
  });

  test.each([0, 255])(
    'a crash between the commit and the exchange of the key files, at entry %i: finished on opening',
    async (before) => {
      const dir = tempDir();
      const keyDir = join(dir, 'keys');
      const keys = await openKeys({ dir: keyDir, name: NAME });
      const ledger = await openLedger({ dir: join(dir, 'ledger'), keys });
      await Promise.all(Array.from({ length: before }, () => ledger.append(bytes('x'))));
      await keys.stage();
      copyFileSync(join(keyDir, 'ledger-key.pem'), join(dir, 'old.pem'));
      copyFileSync(join(keyDir, 'ledger-key.next.pem'), join(dir, 'next.pem'));
      await ledger.rotateKey();
      await ledger.close();
      renameSync(join(dir, 'old.pem'), join(keyDir, 'ledger-key.pem'));
      renameSync(join(dir, 'next.pem'), join(keyDir, 'ledger-key.next.pem'));

      const found = await openKeys({ dir: keyDir, name: NAME });
      expect(found.staged?.key.vkey).toBe(keys.vkey);
      const again = await openLedger({ dir: join(dir, 'ledger'), keys: found });
      expect(found.vkey).toBe(keys.vkey);
      expect(found.staged).toBeUndefined();
      expect(existsSync(join(keyDir, 'ledger-key.next.pem'))).toBe(false);
      await again.append(bytes('goes on'));
      await again.close();
      expect(await verifyLedger(join(dir, 'ledger'), keys.firstVkey)).toMatchObject({
        ok: true,
        size: before + 2,
      });
    },
  );

  test('the plug is pulled at every call of a rotation; whichever key is in force, the ledger goes on', async () => {
    let finishedOnOpening = 0;
    for (let round = 0; round <= 90; round += 1) {
      const cut = round >> 1;
      const dir = tempDir('memory');
      const keys = await openKeys({ dir, name: NAME });
      const disk = new UnreliableDisk();
      const ledger = await openLedger({ dir: 'memory', keys, files: disk.files });
      const { vkey } = keys;
      await ledger.append(bytes('before'));
      disk.cutAfter(cut);
      const acknowledged = await ledger.rotateKey().then(
        () => true,
        () => false,
      );
      const found = await openKeys({ dir, name: NAME });
      const again = await openLedger({
        dir: 'memory',
        keys: found,
        files: disk.afterPowerCut(random(round)).files,
      });
      if (acknowledged) expect(found.vkey).not.toBe(vkey);
      if (!acknowledged && found.vkey !== vkey) finishedOnOpening += 1;
      await again.append(bytes('after'));
      await again.rotateKey();
      await again.close();
    }
    expect(finishedOnOpening).toBeGreaterThan(0);
  });
});

describe('the statement', () => {
  const rotation = async (index = 7): Promise<{ entry: Uint8Array; read: Rotation }> => {
    const keys = await newKeys();
    const entry = rotationEntry(index, AT, keys.signer, await keys.stage());
    const read = readRotation(index, entry);
    if (read.kind !== 'rotation') throw new Error(read.kind);
    return { entry, read: read.rotation };
  };

  test('no flipped bit of it is a rotation', async () => {
    const { entry } = await rotation();
    for (let bit = 0; bit < entry.length * 8; bit += 1) {
      const flipped = Uint8Array.from(entry);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readRotation(7, flipped).kind, `bit ${bit}`).not.toBe('rotation');
    }
  });

  test('says nothing in another place', async () => {
    const { entry } = await rotation(7);
    expect(readRotation(8, entry)).toEqual({ kind: 'invalid', why: 'it was made for entry 7' });
  });

  test.each([
    '{"kind":"key.rotated"}',
    '{"kind":"key.rotated","data":{"index":1}}',
    '{"kind":"key.rotated","data":null,"at":7}',
    '["kind":"key.rotated"]',
    '{"a":"\\"kind\\":\\"key.rotated\\""}',
    '"kind":"key.rotated"',
  ])('nonsense is not thrown: %s', (text) => expect(readRotation(0, bytes(text)).kind).not.toBe('rotation'));

  test('a chain must be without gaps and pass through the trusted key', async () => {
    const [one, other] = [(await rotation(1)).read, (await rotation(2)).read];
    expect(followRotations(one.old, [one])).toMatchObject({
      kind: 'trusted',
      current: { vkey: one.next.vkey },
    });
    expect(followRotations(one.next, [one])).toMatchObject({ kind: 'trusted' });
    expect(followRotations(one.old, [one, other])).toMatchObject({ kind: 'broken' });
    expect(followRotations(other.old, [one])).toMatchObject({ kind: 'broken' });
  });
});

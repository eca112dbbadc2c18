import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Instant, instant } from '@komainu/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { highestSeen, installSeal, noteRelease, openSeal, scanRoot, sealRoot } from '../src/index.ts';
import { GUARD, keys, makeWorld, memoryBlobs, ROOT_ID, SHOP, type World } from './world.ts';

/** A pipeline that seals `build`, and a host that has the public key alone. */
let world: World;
let build: string;
beforeEach(() => {
  world = makeWorld({ 'index.php': '<?php echo 1;', 'assets/pay.js': 'pay()' });
  build = join(world.base, 'build');
  cpSync(world.dir, build, { recursive: true });
});
afterEach(() => world.gone());

const pipeline = () => join(world.base, 'pipeline');
const host = () => join(world.base, 'host');
const uid = process.getuid?.() ?? 0;
const gid = process.getgid?.() ?? 0;

async function sealBuild(
  more: { readonly expires?: Instant; readonly release?: number; readonly out?: string } = {},
) {
  return sealRoot({
    root: world.root,
    dir: build,
    shop: SHOP,
    by: 'pipeline',
    blobs: null,
    owner: { uid, gid },
    out: pipeline(),
    ...keys,
    ...more,
  });
}

const install = async (more: Partial<Parameters<typeof installSeal>[0]> = {}) =>
  installSeal({
    from: pipeline(),
    out: host(),
    publicKey: keys.publicKey,
    shop: SHOP,
    root: ROOT_ID,
    highest: join(world.base, 'noted', 'app'),
    files: world.dir,
    blobs: world.blobs,
    ...more,
  });

const inForce = async () => {
  const opened = await openSeal({ dir: host(), publicKey: keys.publicKey });
  return opened.kind === 'opened' ? opened.seal.seal.release : opened.code;
};

describe('a release that was sealed elsewhere', () => {
  it('comes into force with the bytes to restore, and the files deployed are as sealed', async () => {
    await sealBuild();
    const installed = await install();
    if (installed.kind !== 'installed') throw new Error(installed.message.en);
    expect(installed.unstored).toEqual([]);
    expect(world.blobs.map.size).toBe(2);
    const { changes, gaps } = await scanRoot({
      seal: installed.seal,
      dir: world.dir,
      guard: GUARD,
      blobs: world.blobs,
    });
    expect([changes, gaps]).toEqual([0, 0]);
    // The next one, and the same once more, as after a crash of the deploy.
    writeFileSync(join(build, 'index.php'), '<?php echo 2;');
    await sealBuild();
    const next = await install();
    expect(next).toMatchObject({ kind: 'installed', unstored: ['index.php'] });
    expect(await install({ files: build })).toMatchObject({ kind: 'installed', unstored: [] });
    expect(await inForce()).toBe(2);
    expect(readdirSync(join(host(), 'releases'))).toEqual(['000001', '000002']);
  });

  it('is refused when it is lower, also after the seal in force was taken away', async () => {
    await sealBuild();
    const first = join(world.base, 'first');
    cpSync(join(pipeline(), 'releases/000001'), first, { recursive: true });
    await sealBuild();
    expect((await install()).kind).toBe('installed');
    expect(await install({ from: first })).toMatchObject({ kind: 'refused', code: 'rolled-back' });
    rmSync(host(), { recursive: true });
    expect(await install({ from: first })).toMatchObject({ kind: 'refused', code: 'rolled-back' });
    expect(await inForce()).toBe('missing');
  });

  it('is refused when it follows another release than the one in force, or has the number of it', async () => {
    await sealBuild();
    await install();
    const stranger = join(world.base, 'stranger');
    writeFileSync(join(build, 'index.php'), 'other');
    await sealBuild({ out: stranger });
    expect(await install({ from: stranger })).toMatchObject({ kind: 'refused', code: 'rolled-back' });
    await sealBuild({ out: stranger });
    expect(await install({ from: stranger })).toMatchObject({ kind: 'refused', code: 'forked' });
    // Numbers may be left out: not each release is deployed.
    await sealBuild({ out: stranger });
    expect(await install({ from: stranger })).toMatchObject({ kind: 'installed' });
    expect(await inForce()).toBe(3);
  });

  it('is refused by another key, when altered, for another shop, and when expired; the old one stays', async () => {
    await sealBuild();
    await install();
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await sealRoot({
      root: world.root,
      dir: build,
      shop: SHOP,
      by: 'thief',
      blobs: null,
      out: join(world.base, 'thief'),
      publicKey,
      signer: { sign: (bytes) => sign(null, bytes, privateKey) },
      release: 9,
    });
    expect(await install({ from: join(world.base, 'thief') })).toMatchObject({ code: 'signature' });
    expect(await install({ from: join(world.base, 'nothing') })).toMatchObject({ code: 'missing' });
    await sealBuild();
    expect(await install({ shop: 'else' as typeof SHOP })).toMatchObject({ code: 'other-root' });
    const mtree = join(pipeline(), 'current', 'MANIFEST.mtree');
    const bytes = readFileSync(mtree);
    writeFileSync(mtree, Buffer.concat([bytes, Buffer.from('./evil.php type=file optional\n')]));
    expect(await install()).toMatchObject({ file: 'MANIFEST.mtree', code: 'altered' });
    writeFileSync(mtree, bytes);
    await sealBuild({ expires: instant(Date.now() - 1_000) });
    expect(await install()).toMatchObject({ code: 'expired' });
    expect(await inForce()).toBe(1);
    expect(readdirSync(join(host(), 'releases'))).toEqual(['000001']);
  });

  it('is in force whole or not at all, when the deploy is killed at any moment', async () => {
    const releases = [];
    for (let n = 1; n <= 4; n++) {
      writeFileSync(join(build, 'index.php'), `<?php echo ${n};`);
      await sealBuild();
      releases.push(join(pipeline(), 'releases', `00000${n}`));
    }
    const pub = join(world.base, 'pub.pem');
    writeFileSync(pub, keys.publicKey.export({ type: 'spki', format: 'pem' }));
    const found = new Set<number | string>();
    for (let round = 0; round < 8; round++) {
      rmSync(host(), { recursive: true, force: true });
      rmSync(`${host()}.highest`, { force: true });
      const child = spawn(process.execPath, [
        '--conditions=source',
        join(import.meta.dirname, 'install-child.ts'),
        host(),
        pub,
        build,
        ...releases,
      ]);
      // Killed at its n-th act on the disk, wherever that is.
      let acts = 0;
      mkdirSync(host());
      const watcher = watch(host(), { recursive: true }, () => {
        acts += 1;
        if (acts > round * 18) child.kill('SIGKILL');
      });
      await once(child, 'close');
      watcher.close();
      const left = await inForce();
      expect(left === 'missing' || typeof left === 'number', `${left}`).toBe(true);
      found.add(left);
      const last = await install({ from: pipeline(), files: build, highest: `${host()}.highest` });
      expect([last.kind, await inForce()]).toEqual(['installed', 4]);
    }
    // The kills came at different moments.
    expect(found.size).toBeGreaterThan(1);
  });

  it('lays the trusted public key beside it, whatever key the release brought', async () => {
    await sealBuild();
    writeFileSync(join(pipeline(), 'current', 'komainu.pub'), 'a key of somebody else');
    await install();
    expect(readFileSync(join(host(), 'komainu.pub'), 'utf8')).toBe(
      keys.publicKey.export({ type: 'spki', format: 'pem' }),
    );
  });

  it('takes the place of one that a crash left before it was in force', async () => {
    await sealBuild();
    await install();
    cpSync(join(host(), 'releases/000001'), join(host(), 'releases/000002'), { recursive: true });
    await sealBuild();
    expect((await install()).kind).toBe('installed');
    expect([await inForce(), readlinkSync(join(host(), 'current'))]).toEqual([2, 'releases/000002']);
  });
});

describe('sealing', () => {
  it('takes the number it is given, when it is higher than all before', async () => {
    expect(await sealBuild({ release: 41 })).toMatchObject({ seal: { release: 41 } });
    expect(await sealBuild({ release: 41 })).toMatchObject({ kind: 'refused', code: 'rolled-back' });
    expect(await sealBuild()).toMatchObject({ seal: { release: 42 } });
  });

  it('does not go on from an old seal that was put back', async () => {
    await world.seal();
    await world.seal();
    rmSync(join(world.out, 'current'));
    cpSync(join(world.out, 'releases/000001'), join(world.out, 'current'), { recursive: true });
    const again = await sealRoot({
      root: world.root,
      dir: world.dir,
      shop: SHOP,
      by: 'x',
      blobs: memoryBlobs(),
      out: world.out,
      ...keys,
      atLeast: 2,
    });
    expect(again).toMatchObject({ kind: 'refused', code: 'rolled-back' });
  });

  it('keeps the lines of the database beside, under the same signature', async () => {
    const database = Buffer.from('core_config_data\t1\tabc\n');
    await sealRoot({
      root: world.root,
      dir: build,
      shop: SHOP,
      by: 'x',
      blobs: null,
      out: pipeline(),
      database,
      ...keys,
    });
    const opened = await openSeal({ dir: pipeline(), publicKey: keys.publicKey });
    expect(opened.kind === 'opened' && Buffer.from(opened.seal.database ?? []).equals(database)).toBe(true);
    await install();
    const file = join(host(), 'current', 'DBMANIFEST');
    writeFileSync(file, readFileSync(file, 'utf8').replace('abc', 'abd'));
    expect(await openSeal({ dir: host(), publicKey: keys.publicKey })).toMatchObject({
      file: 'DBMANIFEST',
      code: 'altered',
    });
  });
});

describe('the note of the highest release', () => {
  it('never counts down, is not needed by who may only read, and is not guessed where it cannot be read', async () => {
    const file = join(world.base, 'notes/shop/app');
    expect(await highestSeen(file)).toBe(0);
    for (const release of [3, 2, 3, 7, 1]) await noteRelease(file, release);
    expect(await highestSeen(file)).toBe(7);
    await expect(noteRelease('/sys/komainu/app', 3)).resolves.toBeUndefined();
    await expect(highestSeen(join(world.base, 'notes/shop'))).rejects.toThrow(/EISDIR/);
  });
});

describe('a seal whose time is up', () => {
  it('still guards, and is told as a gap', async () => {
    await sealBuild({ expires: instant(Date.now() - 1_000) });
    const opened = await openSeal({ dir: pipeline(), publicKey: keys.publicKey });
    if (opened.kind !== 'opened') throw new Error(opened.message.en);
    writeFileSync(world.at('index.php'), 'evil');
    const { reports, changes } = await scanRoot({
      seal: opened.seal,
      dir: world.dir,
      guard: GUARD,
      blobs: world.blobs,
    });
    expect(changes).toBe(1);
    expect(reports[0]?.gaps).toEqual([
      { path: null, detail: expect.stringContaining('release 1, expired at') },
    ]);
  });
});

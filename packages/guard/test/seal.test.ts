import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { canonicalJson, Seal } from '@komainu/model';
import { afterEach, describe, expect, it } from 'vitest';
import { openSeal, textOfBytes } from '../src/index.ts';
import { keys, makeWorld, type World } from './world.ts';

let world: World | undefined;
afterEach(() => world?.gone());

const odd = [
  'plain.txt',
  'with\nnewline',
  'back\\slash',
  'cr\rreturn',
  'end\r',
  ' space ',
  '日本語',
  '\u{1F600}',
  '\uE000',
  '-n',
  '"q"',
];

function oddWorld(): World {
  const made = makeWorld(
    Object.fromEntries(odd.map((name) => [`d/${name}`, `body of ${JSON.stringify(name)}`])),
  );
  writeFileSync(Buffer.concat([Buffer.from(`${made.dir}/d/`), Buffer.from([0xff, 0xfe, 0x41])]), 'latin');
  writeFileSync(Buffer.concat([Buffer.from(`${made.dir}/d/`), Buffer.from([0xed, 0xa0, 0x80])]), 'surrogate');
  made.write('empty', '');
  return made;
}

describe('a seal', () => {
  it('has the MANIFEST that sha256sum writes and checks, for every name Linux allows', async () => {
    world = oddWorld();
    await world.seal();
    const own = readFileSync(join(world.out, 'MANIFEST'));
    const script = 'find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum';
    const theirs = execFileSync('sh', ['-c', script], { cwd: world.dir });
    expect(own.equals(theirs)).toBe(true);
    const check = spawnSync('sha256sum', ['-c', '--strict', '--quiet', join(world.out, 'MANIFEST')], {
      cwd: world.dir,
    });
    expect(check.status).toBe(0);
    world.write('d/plain.txt', 'evil');
    const again = spawnSync('sha256sum', ['-c', '--strict', join(world.out, 'MANIFEST')], { cwd: world.dir });
    expect(again.status).toBe(1);
  });

  it('has a RELEASE of canonical JSON, by whose hash it is named', async () => {
    world = makeWorld({ 'index.php': '<?php echo 1;' });
    const seal = await world.seal();
    const text = readFileSync(join(world.out, 'RELEASE'), 'utf8');
    expect(text).toBe(canonicalJson(Seal.parse(JSON.parse(text))));
    expect(seal.ref).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
  });

  it('records links, directories, FIFOs and sockets, and does not follow a loop of links', async () => {
    world = makeWorld({ 'a/file': 'x' });
    symlinkSync('../a', world.at('a/loop'));
    symlinkSync('/nowhere/at\\all', world.at('dangling'));
    execFileSync('mkfifo', [world.at('fifo')]);
    const server = createServer();
    await new Promise<void>((done) => server.listen(world?.at('socket'), done));
    const seal = await world.seal();
    server.close();
    const types = Object.fromEntries([...seal.entries].map(([path, state]) => [path, state.type]));
    expect(types).toEqual({
      '.': 'directory',
      a: 'directory',
      'a/file': 'file',
      'a/loop': 'link',
      dangling: 'link',
      fifo: 'fifo',
      socket: 'socket',
    });
    expect(seal.entries.get('dangling')?.link).toBe('/nowhere/at\\\\all');
    expect(seal.seal.files).toBe(1);
  });

  it('lists in MANIFEST what is sealed only; ENTRIES also records uploads and churn, and nothing of what is ignored', async () => {
    world = makeWorld(
      { 'a.php': '1', 'up/x.png': '2', 'log/l': '3', 'cache/deep/c': '4', 'cache/keep.php': '5' },
      [
        { glob: 'cache/keep.php', policy: 'sealed' },
        { glob: 'up/**', policy: 'no-exec' },
        { glob: '{log,tmp}/**', policy: 'churn' },
        { glob: 'cache/**', policy: 'ignored' },
      ],
    );
    const seal = await world.seal();
    expect(readFileSync(join(world.out, 'MANIFEST'), 'utf8').match(/\.\/.*/g)).toEqual([
      './a.php',
      './cache/keep.php',
    ]);
    expect([...seal.entries.keys()]).toEqual([
      '.',
      'a.php',
      'cache',
      'cache/keep.php',
      'log',
      'log/l',
      'up',
      'up/x.png',
    ]);
    expect(seal.entries.get('log/l')?.hash).toBeNull();
    // Bytes are kept for restoring: of sealed files.
    expect(world.blobs.map.size).toBe(2);
  });

  it('counts up, names its predecessor, and keeps it', async () => {
    world = makeWorld({ a: '1' });
    const first = await world.seal();
    world.write('a', '2');
    const second = await world.seal();
    expect([first.seal.release, first.seal.previous]).toEqual([1, null]);
    expect([second.seal.release, second.seal.previous]).toEqual([2, first.ref]);
    const old = await openSeal({ dir: join(world.out, 'releases/000001'), publicKey: keys.publicKey });
    expect(old.kind === 'opened' && old.seal.ref).toBe(first.ref);
    expect(readlinkSync(join(world.out, 'current'))).toBe('releases/000002');
    const rolledBack = await openSeal({
      dir: join(world.out, 'releases/000001'),
      publicKey: keys.publicKey,
      atLeast: 2,
    });
    expect(rolledBack).toMatchObject({ kind: 'refused', file: 'RELEASE', code: 'rolled-back' });
  });

  it('is refused by the name of the file that was altered, cut, or taken away', async () => {
    world = makeWorld({ a: '1', b: '2' });
    await world.seal();
    for (const file of ['RELEASE', 'RELEASE.sig', 'MANIFEST', 'MANIFEST.mtree', 'ENTRIES'] as const) {
      const path = join(world.out, 'current', file);
      const bytes = readFileSync(path);
      for (let n = 0; n < 40; n++) {
        const bad = Buffer.from(bytes);
        const at = Math.floor((n / 40) * bad.length);
        bad[at] = (bad[at] ?? 0) ^ (1 << (n % 8));
        writeFileSync(path, bad);
        const opened = await openSeal({ dir: world.out, publicKey: keys.publicKey });
        expect(opened).toMatchObject({ kind: 'refused', file: file === 'RELEASE' ? 'RELEASE.sig' : file });
      }
      writeFileSync(path, bytes.subarray(0, -1));
      expect((await openSeal({ dir: world.out, publicKey: keys.publicKey })).kind).toBe('refused');
      rmSync(path);
      expect(await openSeal({ dir: world.out, publicKey: keys.publicKey })).toMatchObject({
        kind: 'refused',
        file,
        code: 'missing',
      });
      writeFileSync(path, bytes);
    }
    expect((await openSeal({ dir: world.out, publicKey: keys.publicKey })).kind).toBe('opened');
    const other = generateKeyPairSync('ed25519').publicKey;
    expect(await openSeal({ dir: world.out, publicKey: other })).toMatchObject({
      kind: 'refused',
      file: 'RELEASE.sig',
    });
    expect(await openSeal({ dir: world.out, publicKey: keys.publicKey, root: 'else' })).toMatchObject({
      code: 'other-root',
    });
  });

  it('is not made over a seal that does not verify, nor of a file that cannot be read', async () => {
    world = makeWorld({ a: '1' });
    await world.seal();
    writeFileSync(join(world.out, 'current', 'MANIFEST'), 'forged');
    expect(await world.sealIt()).toMatchObject({ kind: 'refused', file: 'MANIFEST' });
    world.gone();

    world = makeWorld({ a: '1', 'locked/secret': '2', shut: '3' });
    chmodSync(world.at('locked'), 0o000);
    chmodSync(world.at('shut'), 0o000);
    // Root reads everything, so somebody else tries.
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    chmodSync(world.base, 0o777);
    const { stdout } = spawnSync(
      process.execPath,
      ['--conditions=source', join(import.meta.dirname, 'seal-child.ts'), world.dir, join(world.base, 'o')],
      { ...nobody, encoding: 'utf8' },
    );
    const said = JSON.parse(stdout) as { kind: string; gaps: { path: string }[] };
    expect(said.kind).toBe('unreadable');
    expect(said.gaps.map((gap) => gap.path)).toEqual(['locked', 'shut']);
  });
});

describe('the text of a name', () => {
  it('is unique, safe to show, and leads back to the bytes', async () => {
    const { bytesOfText } = await import('../src/index.ts');
    const seen = new Set<string>();
    for (let a = 1; a < 256; a++)
      for (const b of [0x41, 0x5c, 0x78, 0x6e, 0x0a, 0x80, 0xe3, 0xff]) {
        const bytes = Buffer.from([0x61, a, b, 0x30, 0x31]);
        const text = textOfBytes(bytes);
        // oxlint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u001f\u007f]/);
        expect(bytesOfText(text).equals(bytes)).toBe(true);
        seen.add(text);
      }
    expect(seen.size).toBe(255 * 8);
    expect(textOfBytes(Buffer.from([0xe7, 0x8b, 0xff, 0x0a, 0x1b]))).toBe('\\xe7\\x8b\\xff\\n\\x1b');
  });
});

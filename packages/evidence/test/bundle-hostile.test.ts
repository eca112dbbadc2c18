import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Signer, signNote, verifyBundle, writeBundle } from '../src/index.ts';
import { padding, tarHeader } from '../src/tar.ts';
import { rawPublicKey, verifierKey } from '../src/vkey.ts';
import { blame, bundled, type Evidence, evidence, unpacked } from './bundle-helpers.ts';
import { bytes, filesBelow, NAME, random, removeTempDirs, tempDir } from './helpers.ts';

afterAll(removeTempDirs);

let made: Evidence;
beforeAll(async () => {
  made = await evidence(300, 270);
});
afterAll(() => made.ledger.close());

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

function stranger(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    key: verifierKey(NAME, rawPublicKey(publicKey)),
    sign: (message) => sign(null, message, privateKey),
  };
}

/** A tar of these members, in this order, whatever they say. */
function tarOf(members: readonly (readonly [string, Uint8Array, Uint8Array?])[]): string {
  const path = join(tempDir('memory'), 'hostile.tar');
  const parts = members.flatMap(([name, content, header]) => [
    header ?? tarHeader(name, content.length),
    content,
    new Uint8Array(padding(content.length)),
  ]);
  writeFileSync(path, Buffer.concat([...parts, new Uint8Array(1024)]));
  return path;
}

const HEAD = (signer: Signer, size = '0', range = '0 0'): string =>
  `komainu evidence bundle v1\norigin ${NAME}\nkey ${signer.key.vkey}\nsize ${size}\nrange ${range}\n`;

describe('an index that a stranger wrote and signed', () => {
  const signer = stranger();
  const line = (path: string, size: number | string = 0): string =>
    `file ${sha256(new Uint8Array(0))} ${size} ${path}\n`;
  test.each([
    ['a path out of the folder', `${HEAD(signer)}${line('../../etc/cron.d/x')}`],
    ['an absolute path', `${HEAD(signer)}${line('/etc/passwd')}`],
    ['dots within', `${HEAD(signer)}${line('tile/../../x')}`],
    ['a back slash', `${HEAD(signer)}${line('tile\\x')}`],
    ['a name longer than tar’s', `${HEAD(signer)}${line('a'.repeat(101))}`],
    ['the same path twice', `${HEAD(signer)}${line('a')}${line('a')}`],
    ['paths out of order', `${HEAD(signer)}${line('b')}${line('a')}`],
    ['the index within itself', `${HEAD(signer)}${line('INDEX')}`],
    ['more bytes than a tar can hold', `${HEAD(signer)}${line('a', 0o77777777777 + 1)}`],
    ['a negative size', `${HEAD(signer)}${line('a', -1)}`],
    [
      'a range of nine quadrillion entries',
      `${HEAD(signer, '9007199254740991', '0 9007199254740991')}${line('a')}`,
    ],
    ['a rotation beyond the end', `${HEAD(signer, '5', '0 0')}rotation 5\n${line('a')}`],
    ['a range that ends before it begins', `${HEAD(signer, '5', '3 2')}${line('a')}`],
    ['another version', HEAD(signer).replace('v1', 'v2')],
    ['an unknown line', `${HEAD(signer)}exec rm\n`],
    ['lines in another order', HEAD(signer).split('\n').toReversed().join('\n')],
    ['a property of every object', `${HEAD(signer)}__proto__ x\nconstructor y\n`],
    ['another origin than the key’s', HEAD(signer).replace(`origin ${NAME}`, 'origin other')],
    ['nothing', '\n'],
  ])('%s', async (_what, text) => {
    const note = signNote(text, signer);
    const verdict = await verifyBundle(
      tarOf([
        ['INDEX', bytes(note)],
        ['a', new Uint8Array(0)],
      ]),
      signer.key.vkey,
    );
    expect(verdict).toMatchObject({ ok: false, problems: [{ file: 'INDEX', what: 'malformed' }] });
  });

  test('a sound but impossible one: everything it lacks is named', async () => {
    const note = signNote(HEAD(signer, '300', '0 0'), signer);
    const verdict = await verifyBundle(tarOf([['INDEX', bytes(note)]]), signer.key.vkey);
    expect(blame(verdict)).toEqual(
      expect.arrayContaining(['checkpoint', 'README.txt', 'SHA256SUMS', 'tile/0/001.p/44', 'tile/1/000.p/1']),
    );
  });

  test('a megabyte of complaints is cut short', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) => line(`blobs/${String(at).padStart(5, '0')}`)).join(
      '',
    );
    const verdict = await verifyBundle(
      tarOf([['INDEX', bytes(signNote(`${HEAD(signer)}${lines}`, signer))]]),
      signer.key.vkey,
    );
    if (verdict.ok) throw new Error('it passed');
    expect(verdict.problems.length).toBeLessThanOrEqual(201);
    expect(verdict.problems.at(-1)?.detail).toMatch(/^and \d+ more problems$/);
  });
});

describe('a tar that is not ours', () => {
  const header = (change: (raw: Buffer) => void): Uint8Array => {
    const raw = Buffer.from(tarHeader('INDEX', 0));
    change(raw);
    raw.write('        ', 148);
    raw.write(
      `${raw
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return raw;
  };
  test.each<[string, Uint8Array]>([
    ['a symbolic link', header((raw) => raw.write('2', 156))],
    ['a hard link', header((raw) => raw.write('1', 156))],
    ['a folder', header((raw) => raw.write('5', 156))],
    ['a PAX header', header((raw) => raw.write('x', 156))],
    ['a GNU long name', header((raw) => raw.write('L', 156))],
    ['a path out of the folder', header((raw) => raw.write('../../etc/passwd', 0))],
    ['a size in base 256', header((raw) => raw.fill(0xff, 124, 136))],
    ['the largest size', header((raw) => raw.write('77777777777\0', 124))],
    ['a set-uid mode', header((raw) => raw.write('0004755\0', 100))],
    ['an owner', header((raw) => raw.write('root', 265))],
  ])('%s', async (_what, raw) => {
    const verdict = await verifyBundle(tarOf([['INDEX', new Uint8Array(0), raw]]), made.firstVkey);
    expect(blame(verdict)).toEqual(['INDEX']);
  });

  test('nothing, noise, zeros, a gzip, a folder without an index, a pipe, a device, no file', async () => {
    const dir = tempDir('memory');
    const dice = random(5);
    const put = (name: string, content: Uint8Array): string => {
      writeFileSync(join(dir, name), content);
      return join(dir, name);
    };
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    mkdirSync(join(dir, 'folder'));
    const places = [
      put('empty', new Uint8Array(0)),
      put(
        'noise',
        Uint8Array.from({ length: 5000 }, () => dice(256)),
      ),
      put('zeros', new Uint8Array(10_240)),
      put('gzip', Uint8Array.of(0x1f, 0x8b, 8, 0)),
      join(dir, 'folder'),
      join(dir, 'pipe'),
      '/dev/zero',
      join(dir, 'nowhere'),
    ];
    for (const place of places) expect((await verifyBundle(place, made.firstVkey)).ok, place).toBe(false);
  });

  test('a sparse file of 200 GB that claims a large index', async () => {
    const path = join(tempDir('memory'), 'sparse.tar');
    writeFileSync(path, tarHeader('INDEX', 8_000_000_000));
    truncateSync(path, 200_000_000_000);
    expect(blame(await verifyBundle(path, made.firstVkey))).toEqual(['INDEX']);
  });

  test('a pipe within a folder does not make it wait', async () => {
    const dir = unpacked((await bundled(made)).out);
    rmSync(join(dir, 'README.txt'));
    execFileSync('mkfifo', [join(dir, 'README.txt')]);
    expect(blame(await verifyBundle(dir, made.firstVkey))).toContain('README.txt');
  });
});

describe('an index that the right key signed, but that does not tell the truth', () => {
  /** Unpacks a bundle, lets the files be changed, and lists and signs it anew. */
  async function resigned(change: (dir: string) => void, edit: (text: string) => string = (text) => text) {
    const { out } = await bundled(made);
    const dir = unpacked(out);
    const before = readFileSync(join(dir, 'INDEX'), 'utf8');
    const head =
      before
        .split('\n\n')[0]
        ?.split('\n')
        .filter((each) => !each.startsWith('file ')) ?? [];
    change(dir);
    const list = filesBelow(dir).filter((path) => path !== 'INDEX' && path !== 'SHA256SUMS');
    const hashOf = (path: string): string => sha256(readFileSync(join(dir, path)));
    writeFileSync(join(dir, 'SHA256SUMS'), [...list].map((path) => `${hashOf(path)}  ${path}\n`).join(''));
    const files = [...list, 'SHA256SUMS']
      .sort()
      .map((path) => `file ${hashOf(path)} ${readFileSync(join(dir, path)).length} ${path}`);
    writeFileSync(join(dir, 'INDEX'), signNote(edit([...head, ...files, ''].join('\n')), made.keys.signer));
    return verifyBundle(dir, made.firstVkey);
  }
  const blobFile = (ref: string): string => `blobs/sha256/${ref.slice(7, 9)}/${ref.slice(9)}`;

  test('the same files again: verifies, so the cases below fail for their own reason', async () => {
    expect(await resigned(() => undefined)).toMatchObject({ ok: true });
  });
  test('a blob left out that entries refer to', async () => {
    const file = blobFile(made.refs.recording);
    expect(blame(await resigned((dir) => rmSync(join(dir, file))))).toContain(file);
  });
  test('a blob under another’s name', async () => {
    const file = blobFile(made.refs.script);
    expect(blame(await resigned((dir) => writeFileSync(join(dir, file), 'harmless')))).toEqual([file]);
  });
  test('a file that does not belong', async () => {
    expect(blame(await resigned((dir) => writeFileSync(join(dir, 'notes.txt'), 'x')))).toEqual(['notes.txt']);
  });
  test('the read-me left out', async () => {
    expect(blame(await resigned((dir) => rmSync(join(dir, 'README.txt'))))).toEqual(['README.txt']);
  });
  test('a tile, an entry, the checkpoint rewritten', async () => {
    for (const file of [
      'tile/0/000',
      'tile/0/001.p/44',
      'tile/1/000.p/1',
      'tile/entries/000',
      'checkpoint',
    ]) {
      const verdict = await resigned((dir) => {
        const content = readFileSync(join(dir, file));
        content[20] = (content[20] ?? 0) ^ 1;
        writeFileSync(join(dir, file), content);
      });
      expect(verdict.ok, file).toBe(false);
      // Which tile of the right edge is wrong cannot be told when their sums were made anew.
      expect(blame(verdict), file).toContain(file.includes('.p/') ? 'tile' : file);
    }
  });
  test('sums that say something else', async () => {
    const verdict = await resigned(
      () => undefined,
      (text) => text.replace(/file [0-9a-f]{64} (\d+) SHA256SUMS/, `file ${'0'.repeat(64)} $1 SHA256SUMS`),
    );
    expect(blame(verdict)).toContain('SHA256SUMS');
  });
  test('a rotation that is kept quiet, or invented', async () => {
    expect(
      blame(
        await resigned(
          () => undefined,
          (text) => text.replace('rotation 270\n', ''),
        ),
      ),
    ).toContain('INDEX');
    expect(
      blame(
        await resigned(
          () => undefined,
          (text) => text.replace('rotation 270\n', 'rotation 270\nrotation 271\n'),
        ),
      ),
    ).toContain('INDEX');
  });
  test('an index by a key that was replaced', async () => {
    const old = await evidence(3);
    const { out } = await bundled(old);
    const signer = old.keys.signer;
    await old.ledger.rotateKey();
    const dir = unpacked((await bundled(old)).out);
    const text = readFileSync(join(dir, 'INDEX'), 'utf8').split('\n\n')[0] ?? '';
    writeFileSync(
      join(dir, 'INDEX'),
      signNote(`${text.replace(/^key .*$/m, `key ${signer.key.vkey}`)}\n`, signer),
    );
    expect(await verifyBundle(dir, old.firstVkey)).toMatchObject({
      ok: false,
      problems: [{ file: 'INDEX', what: 'key' }],
    });
    expect(await verifyBundle(out, old.firstVkey)).toMatchObject({ ok: true, size: 3 });
    await old.ledger.close();
  });
});

test('large bodies are streamed: memory stays small, writing and verifying', async () => {
  const own = await evidence(3);
  async function* source(): AsyncIterable<Uint8Array> {
    for (let left = 150; left > 0; left -= 1) yield new Uint8Array(1_000_000).fill(left & 0xff);
    await Promise.resolve();
  }
  const ref = await own.blobs.putStream(source(), 400_000_000);
  await own.ledger.append(bytes(JSON.stringify({ body: ref })));
  const before = process.memoryUsage.rss();
  const out = join(tempDir(), 'large.tar');
  await writeBundle({ ledger: own.ledger, blobs: own.blobs, out });
  expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000);
  const script = `
    const { verifyBundle } = await import(${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))});
    const verdict = await verifyBundle(${JSON.stringify(out)}, ${JSON.stringify(own.firstVkey)});
    console.log(JSON.stringify({ ok: verdict.ok, kilobytes: process.resourceUsage().maxRSS }));`;
  const ran = spawnSync(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  const result = JSON.parse(ran.stdout) as { ok: boolean; kilobytes: number };
  expect(result.ok).toBe(true);
  expect(result.kilobytes).toBeLessThan(220_000);
  await own.ledger.close();
});

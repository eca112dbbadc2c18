import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const base = mkdtempSync(join(tmpdir(), 'komainu-release-'));
const ci = join(base, 'ci');
const host = join(base, 'host');
afterAll(() => rmSync(base, { recursive: true }));

const run = (cwd: string, command: string) => {
  const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', MAIN, ...command.split(' ')];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: base, LANG: 'C' },
  });
  expect(stderr).not.toMatch(/\n\s+at /);
  return { code: status, stdout, stderr };
};
const write = (file: string, text: string) => {
  spawnSync('mkdir', ['-p', join(file, '..')]);
  writeFileSync(file, text);
};
const RELEASE =
  'seal release --key seal-key.pem --shop shop --root site --dir build --out seals --policies p.yaml';

beforeAll(() => {
  write(join(ci, 'build/pay.php'), '<?php pay();');
  write(join(ci, 'build/img/.keep'), '');
  write(join(ci, 'p.yaml'), 'policies:\n  - { glob: "img/", policy: no-exec }\n');
  write(
    join(host, 'komainu.yaml'),
    'shops:\n  - id: shop\n    name: Shop\n    roots: [{ id: site, path: site }]\n    sealKey: komainu.pub\n',
  );
});

test('the private key stays in the pipeline: keygen, release, install; then the server scans by the public key', () => {
  expect(run(base, 'seal keygen ci').code).toBe(0);
  const key = readFileSync(join(ci, 'seal-key.pem'), 'utf8');
  expect(run(base, 'seal keygen ci')).toMatchObject({ code: 74, stderr: expect.stringContaining('EEXIST') });
  expect(readFileSync(join(ci, 'seal-key.pem'), 'utf8')).toBe(key);

  expect(run(ci, RELEASE).code).toBe(0);
  cpSync(join(ci, 'komainu.pub'), join(host, 'komainu.pub'));
  cpSync(join(ci, 'build'), join(host, 'site'), { recursive: true });
  cpSync(join(ci, 'seals'), join(host, 'incoming'), { recursive: true, verbatimSymlinks: true });
  expect(run(host, 'seal install incoming --root site')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('release 1'),
  });
  expect(run(host, 'scan').code).toBe(0);
  // The bytes to restore with came from the deployed files; no private key came into being on the way.
  writeFileSync(join(host, 'site/pay.php'), '<?php pay(); steal();');
  expect(run(host, 'scan').code).toBe(1);
  expect(run(host, 'restore pay.php').code).toBe(0);
  expect(run(host, 'scan').code).toBe(0);
  expect(existsSync(join(host, '.komainu/guard/keys'))).toBe(false);
});

test('the server cannot seal for itself, and is not given back an old seal', () => {
  expect(run(host, 'seal')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/another key.*seal install/),
  });
  expect(existsSync(join(host, '.komainu/guard/keys'))).toBe(false);
  write(join(ci, 'build/pay.php'), '<?php pay(2);');
  expect(run(ci, `${RELEASE} --expires 30`).code).toBe(0);
  renameSync(join(host, 'incoming'), join(host, 'old'));
  cpSync(join(ci, 'seals'), join(host, 'incoming'), { recursive: true, verbatimSymlinks: true });
  expect(run(host, `seal install incoming --files ${join(ci, 'build')}`).code).toBe(0);
  cpSync(join(ci, 'build/pay.php'), join(host, 'site/pay.php'));
  expect(run(host, 'scan').code).toBe(0);
  expect(run(host, 'seal install old')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('release 2 was already in force'),
  });
  // Whoever can write the seal directory puts the whole old one back, with its valid signature.
  const seals = join(host, '.komainu/guard/seals/shop/site');
  rmSync(seals, { recursive: true });
  cpSync(join(host, 'old'), seals, { recursive: true, verbatimSymlinks: true });
  for (const command of ['scan', 'restore pay.php'])
    expect(run(host, command)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('an older seal was put back'),
    });
});

test.each([
  ['a key others can read', RELEASE.replace('seal-key', 'open-key'), 1, /chmod 600/],
  ['a public key', RELEASE.replace('seal-key.pem', 'komainu.pub'), 65, /private key/],
  ['an owner by name', `${RELEASE} --owner www-data`, 64, /--owner www-data/],
  ['a number that is none', `${RELEASE} --release v2`, 64, /--release v2/],
  ['an expiry that is none', `${RELEASE} --expires never`, 64, /--expires never/],
  ['a number that was used', `${RELEASE} --release 2`, 1, /numbers up to 2 are used/],
  ['policies nobody knows', RELEASE.replace('p.yaml', 'q.yaml'), 78, /q\.yaml:2:\d+: policies\.0\.policy/],
])('%s is refused in one sentence', (_, command, code, said) => {
  cpSync(join(ci, 'seal-key.pem'), join(ci, 'open-key.pem'));
  chmodSync(join(ci, 'open-key.pem'), 0o644);
  chmodSync(join(ci, 'komainu.pub'), 0o600);
  write(join(ci, 'q.yaml'), 'policies:\n  - { glob: "a", policy: open }\n');
  const result = run(ci, command);
  expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(said)]);
});

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const cwd = mkdtempSync(join(tmpdir(), 'komainu-rules-cli-'));
const komainu = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', MAIN, ...args],
    {
      cwd,
      encoding: 'utf8',
      env: { PATH: `${join(cwd, 'bin')}:${process.env['PATH']}`, HOME: cwd, LANG: 'C' },
    },
  );
  expect(stderr).not.toMatch(/\n\s+at /);
  return { code: status, said: stdout + stderr };
};
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
writeFileSync(join(cwd, 'rules.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
mkdirSync(join(cwd, 'site', 'upload'), { recursive: true });
mkdirSync(join(cwd, 'yara'));
mkdirSync(join(cwd, 'bin'));
const configure = (rules: string) =>
  writeFileSync(
    join(cwd, 'komainu.yaml'),
    `shops:\n  - id: shop\n    name: Shop\n    roots: [{ id: site, path: site, policies: [{ glob: "upload/**", policy: no-exec }] }]\n${rules}`,
  );
const delivered = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../detect/src/signs/signs.json'), 'utf8'),
) as { version: number };
const write = (version: number) => {
  const bytes = Buffer.from(JSON.stringify({ ...delivered, version }));
  writeFileSync(join(cwd, 'new.json'), bytes);
  writeFileSync(join(cwd, 'new.json.sig'), sign(null, bytes, privateKey));
};

test('rules are taken once they are signed and newer; what is refused leaves what is in force', () => {
  write(delivered.version + 1);
  configure('');
  expect(komainu('rules', 'update', 'new.json')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/rules\.key/),
  });
  configure('rules: { key: rules.pub.pem }\n');
  expect(komainu('rules', 'show').said).toContain(`version ${delivered.version} are in force (as delivered)`);
  expect(komainu('rules', 'update', 'new.json')).toMatchObject({ code: 0 });
  expect(komainu('rules', 'update', 'new.json')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/not newer/),
  });
  writeFileSync(join(cwd, 'new.json.sig'), Buffer.alloc(64));
  expect(komainu('rules', 'update', 'new.json')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/signature/),
  });
  expect(komainu('rules', 'update', 'nowhere.json')).toMatchObject({ code: 74 });
  expect(komainu('rules', 'show').said).toContain(
    `version ${delivered.version + 1} are in force (an update)`,
  );
});

test('a scan says in one sentence what a picture holds, shows it, and asks the rules of the owner', () => {
  configure('rules: { yara: { dir: yara } }\n');
  writeFileSync(join(cwd, 'site', 'index.php'), '<?php\nshow();\n');
  expect(komainu('seal')).toMatchObject({ code: 0 });
  writeFileSync(join(cwd, 'site', 'index.php'), '<?php\n@eval($_POST["x"]); // \u001b[31m\nshow();\n');
  writeFileSync(join(cwd, 'site', 'upload', 'a.jpg'), '\xff\xd8\xff\xe0<?php eval($_POST["x"]);', 'latin1');
  const { code, said } = komainu('scan');
  expect(code).toBe(1);
  expect(said).toContain('upload/a.jpg: a picture that holds PHP code which runs what a visitor sends.');
  expect(said).toContain('index.php: a PHP file that now holds PHP code which runs what a visitor sends.');
  expect(said).toContain('+ @eval($_POST["x"]); // ');
  expect(said).not.toContain('\u001b');
  expect(said).toContain('what your own rules find');
  writeFileSync(join(cwd, 'yara', 'own.yar'), 'rule own { condition: true }\n');
  writeFileSync(
    join(cwd, 'bin', 'yr'),
    '#!/bin/sh\nfor last; do :; done; for f in "$last"/*; do echo "own $f"; done\n',
    {
      mode: 0o755,
    },
  );
  expect(komainu('scan').said).toContain('index.php: your rule own finds something in it.');
});

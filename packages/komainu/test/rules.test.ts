import { execFile, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, instant, newId } from '@komainu/model';
import { startServer } from '@komainu/server';
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
) as { version: number; rules: object[] };
const write = (version: number, more: object = {}) => {
  const bytes = Buffer.from(JSON.stringify({ ...delivered, ...more, version }));
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

test('reports of the ledger are judged anew by an update, and only what is new is told', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'komainu-rules-data-'));
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const config = Config.parse({
    server: { port: 0 },
    data: dataDir,
    rules: { key: 'rules.pub.pem' },
    shops: [
      { id: 'shop', name: 'Shop', roots: [{ id: 'site', path: 'site' }], halt: { onTampered: 'alert' } },
    ],
  });
  const server = await startServer({ config, configDir: cwd, dataDir, env: {}, version: '0', log });
  const ask = (method: string, path: string, body: string | Uint8Array) =>
    fetch(new URL(path, server.url), {
      method,
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : Uint8Array.from(body),
    });
  const judge = () =>
    new Promise<{ code: number | null; said: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        [
          '--conditions=source',
          '--disable-warning=ExperimentalWarning',
          MAIN,
          'rules',
          'judge',
          '--server',
          server.url,
        ],
        { cwd, env: { PATH: process.env['PATH'], LANG: 'C', KOMAINU_TOKEN: server.token } },
        (_, stdout, stderr) => resolve({ code: child.exitCode, said: stdout + stderr }),
      );
    });
  try {
    const body = Buffer.from('<?php $zorro_mark_77 = 1;');
    const hash = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    const at = instant();
    const after = {
      type: 'file',
      size: body.length,
      mode: 420,
      uid: 0,
      gid: 0,
      mtime: at,
      ctime: at,
      hash,
      link: null,
    };
    const change = {
      kind: 'added',
      path: 'a.php',
      from: null,
      policy: 'sealed',
      before: null,
      after,
      bodyBefore: null,
      bodyAfter: hash,
      noticedAt: at,
    };
    const report = {
      id: newId('report'),
      guard: 'g',
      shop: 'shop',
      root: 'site',
      seal: hash,
      at,
      changes: [change],
      gaps: [],
    };
    await ask('PUT', `/api/guard/blobs/${hash}`, body);
    expect((await ask('POST', '/api/guard/reports', JSON.stringify(report))).status).toBe(200);
    writeFileSync(
      join(cwd, 'komainu.yaml'),
      `data: ${dataDir}\nrules: { key: rules.pub.pem }\nshops:\n  - { id: shop, name: Shop, roots: [{ id: site, path: site }] }\n`,
    );
    expect(await judge()).toMatchObject({ code: 0, said: expect.stringMatching(/1 reports.*: 0 new/) });
    const rule = {
      id: 'marker-of-a-case',
      kind: 'back-door',
      languages: ['php'],
      weight: 'attack',
      does: { en: 'carries a known mark', ja: '既知の目印を含む' },
      reason: { en: 'It was seen elsewhere.', ja: '他でも見つかっています。' },
      all: ['zorro_mark_77'],
      example: { path: 'a.php', text: '<?php $zorro_mark_77 = 1;' },
      honest: { path: 'a.php', text: '<?php $zorro = 1;' },
    };
    write(delivered.version + 9, { rules: [...delivered.rules, rule] });
    expect(komainu('rules', 'update', 'new.json')).toMatchObject({ code: 0 });
    const again = await judge();
    expect(again.code).toBe(2);
    expect(again.said).toContain('a.php: a PHP file that holds PHP code which carries a known mark.');
    expect(again.said).toMatch(/: 1 new/);
  } finally {
    await server.stop();
  }
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const cwd = mkdtempSync(join(tmpdir(), 'komainu-cli-'));

function komainu(...args: readonly string[]) {
  const result = spawnSync(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', MAIN, ...args],
    {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: cwd, LANG: 'C' },
    },
  );
  // Whatever happens, nobody is shown a stack trace.
  expect(result.stderr).not.toMatch(/\n\s+at /);
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

writeFileSync(
  join(cwd, 'journey.json'),
  JSON.stringify({ title: 'j', steps: [{ type: 'navigate', url: '{{origin}}/' }] }),
);
writeFileSync(join(cwd, 'broken.json'), '{"title": 1}');
writeFileSync(
  join(cwd, 'komainu.yaml'),
  `shops:
  - id: shop
    name: Shop
    privateNetwork: true
    pages: [{ id: payment, url: "http://127.0.0.1:9/pay", journey: journey.json }]
    roots: [{ id: site, path: site }]
`,
);

test.each([
  ['nothing to check', ['check'], 64, /--config/],
  ['an address without a scheme', ['check', 'shop.example'], 64, /http/],
  ['a scheme that is not http', ['check', 'file:///etc/passwd'], 64, /http/],
  ['an unknown option', ['check', '--nonsense'], 64, /nonsense/],
  ['an unknown command', ['chekc'], 64, /chekc/],
  ['--approve without a name', ['check', 'http://127.0.0.1:9/', '--approve', 'b.json'], 64, /--by/],
  ['a timeout that is no number', ['check', 'http://127.0.0.1:9/', '--timeout', 'soon'], 64, /soon/],
  [
    'a page that is not there',
    ['check', '--config', 'komainu.yaml', '--page', 'other'],
    64,
    /"other".*payment/,
  ],
  [
    'a journey that is none',
    ['check', 'http://127.0.0.1:9/', '--journey', 'broken.json'],
    65,
    /broken\.json/,
  ],
  [
    'a journey that is not there',
    ['check', 'http://127.0.0.1:9/', '--journey', 'none.json'],
    74,
    /none\.json.*ENOENT/,
  ],
  [
    'a baseline that is none',
    ['check', 'http://127.0.0.1:9/', '--baseline', 'broken.json'],
    65,
    /broken\.json.*--approve/,
  ],
  ['a configuration that is not there', ['up', '--config', 'none.yaml'], 78, /none\.yaml/],
  ['a root that is not there', ['seal'], 74, /site/],
  ['a root that is not sealed', ['scan'], 1, /RELEASE|seal/],
  [
    'a server that is not there',
    ['halt', '--by', 'me', '--reason', 'x', '--server', 'http://127.0.0.1:9'],
    69,
    /KOMAINU_TOKEN|komainu up/,
  ],
  ['a halt without a name', ['halt', '--reason', 'x'], 64, /--by/],
  ['a bundle that is not there', ['evidence', 'verify', 'none.tar', '--key', 'k'], 64, /none\.tar/],
  ['a drill that is not there', ['drill', 'none'], 64, /"none".*omochabako-2019/],
])('%s: exit code and one sentence', (_, args, code, said) => {
  const result = komainu(...args);
  expect(result.code, result.stderr).toBe(code);
  expect(result.stderr).toMatch(said);
});

test('errors are JSON too, in both languages', () => {
  const { stdout } = komainu('check', 'shop.example', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'usage', message: { en: expect.any(String), ja: expect.stringContaining('アドレス') } },
  });
  expect(komainu('check', 'shop.example', '--lang', 'ja').stderr).toContain('アドレス');
});

test('every command has help with an example', () => {
  for (const command of [
    'check',
    'seal',
    'seal keygen',
    'seal release',
    'seal install',
    'scan',
    'guard',
    'guard init',
    'up',
    'approve',
    'halt',
    'resume',
    'restore',
    'drill',
    'evidence verify',
    'evidence bundle',
  ]) {
    const { code, stdout } = komainu(...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(stdout, command).toMatch(/Examples:\n {2}/);
  }
});

test('seal, alter, scan, restore: the whole round, on files', () => {
  const site = join(cwd, 'site');
  execFileSync('mkdir', ['-p', site]);
  writeFileSync(join(site, 'payment.js'), 'pay();\n');
  expect(komainu('seal').code).toBe(0);
  expect(komainu('scan').code).toBe(0);
  writeFileSync(join(site, 'payment.js'), 'pay();\nsend();\n');
  writeFileSync(join(site, 'added.php'), '<?php ?>');
  const altered = komainu('scan', '--json');
  expect(altered.code).toBe(1);
  const { results } = JSON.parse(altered.stdout);
  expect(
    results[0].report.changes.map((change: { path: string; kind: string }) => [change.path, change.kind]),
  ).toEqual([
    ['added.php', 'added'],
    ['payment.js', 'changed'],
  ]);
  expect(komainu('restore', 'payment.js').code).toBe(0);
  expect(komainu('restore', 'added.php').code).toBe(0);
  expect(readFileSync(join(site, 'payment.js'), 'utf8')).toBe('pay();\n');
  expect(komainu('scan').code).toBe(0);
  expect(komainu('restore').code).toBe(64);
  expect(komainu('restore', 'payment.js', '--all').code).toBe(64);
  writeFileSync(join(site, 'payment.js'), 'send();\n');
  writeFileSync(join(site, 'added.php'), '<?php ?>');
  const all = komainu('restore', '--all', '--root', 'site');
  expect(all.code, all.stderr).toBe(0);
  expect(all.stdout).toMatch(/added\.php: .*taken away[^]*payment\.js: as sealed again[^]*2 paths/);
  expect(komainu('scan').code).toBe(0);
});

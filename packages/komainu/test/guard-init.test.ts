import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspectRoot } from '@komainu/guard';
import { afterAll, expect, test } from 'vitest';
import { loadPolicies } from '../src/cli/config.ts';
import { proposalYaml, remarks } from '../src/report/proposal.ts';

const base = mkdtempSync(join(tmpdir(), 'komainu-init-'));
afterAll(() => rmSync(base, { recursive: true }));

function shop(name: string, files: Readonly<Record<string, string>>): string {
  const dir = join(base, name);
  mkdirSync(dir);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

const ECCUBE = {
  'src/Eccube/Kernel.php': '<?php',
  'html/upload/save_image/shell.php': '<?php',
  'html/index.php': '<?php',
};

test.each(['en', 'ja'] as const)('the proposal in %s is read back as the policies it shows', (language) => {
  // What the name of a directory says must not become policies.
  const dir = shop(`${language}\npolicies: [{ glob: "**", policy: ignored }]\n#`, ECCUBE);
  const seen = inspectRoot(dir, null);
  const file = join(base, `${language}.yaml`);
  const yaml = proposalYaml(seen, language);
  writeFileSync(file, yaml);
  expect(loadPolicies(file)).toEqual({ policies: seen.rules.map(({ glob, policy }) => ({ glob, policy })) });
  for (const { why } of seen.rules) expect(yaml).toContain(why[language]);
  expect(
    remarks(seen)
      .map((one) => one[language])
      .join('\n'),
  ).toContain('html/upload/save_image/shell.php: ');
});

const komainu = (...args: readonly string[]) =>
  spawnSync(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, '../src/main.ts'),
      ...args,
    ],
    { cwd: base, encoding: 'utf8', env: { PATH: process.env['PATH'], LANG: 'C' } },
  );

test('the command writes the proposal to stdout and what to see to beside it', () => {
  const dir = shop('plain', ECCUBE);
  const said = komainu('guard', 'init', dir);
  expect([said.status, said.stdout]).toEqual([
    0,
    expect.stringMatching(/^# EC-CUBE 4 in .*\n(?:#.*\n)+policies:\n {2}# \d/),
  ]);
  expect(said.stderr).toMatch(/! Files: sealed 2, no-exec 1, churn 0\n! Uploads: html\/upload\n/);
  const json = JSON.parse(komainu('guard', 'init', dir, '--json', '--out', 'p.yaml').stdout) as object;
  expect(json).toMatchObject({ platform: 'eccube-4', uploads: ['html/upload'], others: 2 });
  expect(loadPolicies(join(base, 'p.yaml')).policies.length).toBeGreaterThan(5);
  expect(komainu('guard', 'init', join(base, 'none'))).toMatchObject({
    status: 74,
    stderr: expect.stringContaining('ENOENT'),
  });
  expect(komainu('guard', 'init', dir, '--web-user', 'nobody-of-this-name').status).toBe(64);
});

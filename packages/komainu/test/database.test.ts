import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { couldRun, grantStatements, mayHoldCard, planOf, refusePlan } from '@komainu/guard';
import { DatabaseConfig, DatabasePlatform } from '@komainu/model';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const cwd = mkdtempSync(join(tmpdir(), 'komainu-cli-db-'));

function komainu(...args: readonly string[]) {
  const result = spawnSync(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', MAIN, ...args],
    { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: cwd, LANG: 'C' } },
  );
  expect(result.stderr).not.toMatch(/\n\s+at /);
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

test('a script in a block of the database: sealed, found, told in a sentence, the sealed value shown', () => {
  const db = new DatabaseSync(join(cwd, 'shop.sqlite'));
  db.exec(`CREATE TABLE dtb_block (id INTEGER PRIMARY KEY, html TEXT);
    INSERT INTO dtb_block VALUES (1, '<p>送料は' || char(10) || '550円</p>')`);
  writeFileSync(
    join(cwd, 'komainu.yaml'),
    `shops:
  - id: shop
    name: Shop
    databases:
      - id: shopdb
        kind: sqlite
        file: shop.sqlite
        tables:
          - { table: dtb_block, watch: sealed, key: [id], columns: [html] }
`,
  );
  expect(komainu('seal').stdout).toMatch(/shopdb: sealed as release 1: 2 values/);
  expect(komainu('scan').code).toBe(0);
  db.exec(`UPDATE dtb_block SET html = html || '<script src="//evil.example/a.js"></script>'`);
  const found = komainu('scan');
  expect(found.code).toBe(1);
  expect(found.stdout).toContain('The database now holds a script that was not sealed: dtb_block/1/html.');
  const shown = komainu('restore', 'dtb_block/1/html', '--root', 'shopdb');
  expect(shown.stdout).toContain('<p>送料は\n550円</p>\n');
  const { value } = JSON.parse(komainu('restore', 'dtb_block/1/html', '--json').stdout) as { value: string };
  db.prepare('UPDATE dtb_block SET html = ?').run(value);
  expect(komainu('scan').code).toBe(0);
  db.close();
}, 60_000);

test.each([
  [
    'a card column',
    'tables: [{ table: t, watch: sealed, key: [id], columns: [cc_number] }]',
    /may hold card data/,
  ],
  ['nothing to watch', 'everySeconds: 60', /platform, or tables/],
  [
    'a name that is none',
    'tables: [{ table: "t; DROP", watch: sealed, key: [id], columns: [a] }]',
    /plain name/,
  ],
  ['a star', 'tables: [{ table: t, watch: sealed, key: [id], columns: ["*"] }]', /plain name/],
])('%s is refused with a sentence', (_, more, sentence) => {
  writeFileSync(
    join(cwd, 'refused.yaml'),
    `shops:\n  - id: shop\n    name: Shop\n    databases:\n      - id: shopdb\n        kind: sqlite\n        file: shop.sqlite\n        ${more}\n`,
  );
  const { code, stderr } = komainu('database', 'grants', '--config', 'refused.yaml');
  expect([code, stderr]).toEqual([expect.any(Number), expect.stringMatching(sentence)]);
  expect(code).not.toBe(0);
});

test.each(DatabasePlatform.options)(
  'no table of %s asks for a card, and its statements grant no more than reading',
  (platform) => {
    const config = DatabaseConfig.parse({
      kind: 'mysql',
      id: 'shopdb',
      user: 'guard',
      database: 'shop',
      platform,
    });
    const plan = planOf(config);
    expect(refusePlan(plan)).toBeNull();
    for (const statement of grantStatements(config, plan))
      expect(statement).toMatch(
        /^(?:GRANT SELECT \(|GRANT EXECUTE ON PROCEDURE |CREATE USER |USE |CREATE PROCEDURE )/,
      );
  },
);

test.each([
  'cc_number',
  'ccExpires',
  'card_no',
  'cardNumber',
  'CVV2',
  'security_code',
  'memo04',
  'credit_card',
])('%s may hold a card', (column) => expect(mayHoldCard(column)).toBe(true));
test.each([
  'postcode',
  'name01',
  'company',
  'discard_reason',
  'memo',
  'account',
  'option_value',
  'success',
  'companion',
])('%s may not', (column) => expect(mayHoldCard(column)).toBe(false));

// What the guard keeps back can never be judged: every attack the detectors know must pass its sieve.
test.each([
  '<script src=//e.example>',
  '"><script>',
  `" onmouseover="a()`,
  '<img src=x onerror=a()>',
  'java\tscript:a()',
  'javascript&colon;a()',
  '{{var this.x()}}',
  '{% include x %}',
  '<?php a();',
  '<?=`a`?>',
  'O:8:"Evil":0:{}',
  '&lt;script',
  '&#060script',
  '&#x3c;script',
  '%3Cscript',
  '%253Cscript',
  String.raw`\u003cscript`,
  String.raw`\x3cscript`,
  '＜ｓｃｒｉｐｔ＞',
  '+ADw-script',
  Buffer.from('<script>').toString('base64'),
])('%s passes the sieve', (value) => {
  expect(couldRun(value)).toBe(true);
  expect(couldRun(`佐藤 ${value}`)).toBe(!value.startsWith('O:'));
});
test.each([
  '佐藤 花子 <3',
  '〈株〉山田 & 子',
  'Tom & Jerry',
  '5 < 7',
  "O'Brien",
  '100% OFF',
  'a@b.example',
  'one = 1',
])('%s stays in the shop', (value) => expect(couldRun(value)).toBe(false));

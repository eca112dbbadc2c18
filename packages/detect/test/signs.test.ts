import { describe, expect, test } from 'vitest';
import { judgeFiles } from '../src/index.ts';
import { checkRules } from '../src/signs/check.ts';
import data from '../src/signs/signs.json' with { type: 'json' };
import { added, altered, REF, report, store } from './make.ts';
import { BACK_DOORS, CAPTURES, HONEST, PLANTED, type Sample, SCHEDULED, SETTINGS } from './sign-samples.ts';

const OWN = ['back-door', 'card-capture', 'planted-run', 'hostile-setting', 'scheduled-command'];
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const judgeOne = (path: string, before: string | null, after: string) => {
  const kept = store();
  const one =
    before === null
      ? added(kept, path, latin1(after), { policy: 'sealed' })
      : altered(kept, path, latin1(before), latin1(after));
  return judgeFiles({ ref: REF, report: report([one]), bodies: kept.bodies });
};
const signsOf = (path: string, before: string | null, after: string) =>
  judgeOne(path, before, after).findings.filter(({ detector }) => OWN.includes(detector));

test('every row of the rules finds its own example and not its honest neighbour', () => {
  expect(checkRules(data)).toMatchObject({ kind: 'usable' });
});

describe.each<readonly [string, readonly Sample[]]>([
  ['back-door', BACK_DOORS],
  ['card-capture', CAPTURES],
  ['planted-run', PLANTED],
  ['hostile-setting', SETTINGS],
  ['scheduled-command', SCHEDULED],
])('%s', (detector, samples) => {
  test.each(samples)('%s', (_, path, before, after) => {
    const found = signsOf(path, before, after).find((finding) => finding.detector === detector);
    expect(found).toMatchObject({ grade: 'tampered', severity: 'critical', key: `${detector}:${path}` });
    expect(found?.title.ja).toContain(path);
    // What was sealed with the sign in it does not alarm for it again.
    const later = `${after}\n\n`;
    expect(signsOf(path, after, later)).toEqual([]);
    if (before !== null) expect(signsOf(path, after, before)).toEqual([]);
  });
});

test.each(HONEST)('quiet: %s', (_, path, before, after) => {
  expect(signsOf(path, before, after).map(({ title }) => title.en)).toEqual([]);
});

test('the sentence says which file, what it is and what it does now', () => {
  const [found] = signsOf('html/upload/a.jpg', null, "\xff\xd8\xff\xe0<?php eval($_POST['x']);");
  expect(found?.title).toEqual({
    en: 'html/upload/a.jpg: a picture that holds PHP code which runs what a visitor sends.',
    ja: 'html/upload/a.jpg：訪問者が送った内容を実行するPHPのコードを含む画像が置かれました。',
  });
  const [two] = signsOf('a.php', '<?php a();', '<?php a(); eval($_POST["x"]); include $_GET["p"];');
  expect(two?.title.en).toBe(
    'a.php: a PHP file that now holds PHP code which runs what a visitor sends and runs a file that comes from a visitor or another server.',
  );
});

test('one capture more in a file that had one is new; moving the old one is not', () => {
  const capture = (to: string) => `file_put_contents("${to}", $_POST["card_number"], FILE_APPEND);`;
  const before = `<?php a(); ${capture('/tmp/a')} b(); c();`;
  expect(signsOf('p.php', before, `<?php a(); b(); ${capture('/tmp/a')} c();`)).toEqual([]);
  expect(signsOf('p.php', before, `<?php a(); ${capture('/tmp/a')} b(); c(); d();`)).toEqual([]);
  expect(signsOf('p.php', before, `${before} ${capture('/tmp/b')}`)).toHaveLength(1);
  expect(signsOf('p.php', before, `${before} ${capture('/tmp/a')}`)).toHaveLength(1);
});

test('half of a sign that was sealed and half that is new make one', () => {
  const before = '<?php $n = $_POST["card_number"]; $gateway->charge($n);';
  expect(signsOf('p.php', before, `${before} file_put_contents("/tmp/a", $n, FILE_APPEND);`)).toHaveLength(1);
  expect(signsOf('p.php', before, `${before} $gateway->log("ok");`)).toEqual([]);
});

test('a renamed file is as new as its name; what is gone or was not kept is not read', () => {
  const kept = store();
  const body = '<?php eval($_POST["x"]);';
  const one = altered(kept, 'b.php', body, body, { kind: 'renamed', from: 'a.txt' });
  const judged = (changes: Parameters<typeof report>[0]) =>
    judgeFiles({ ref: REF, report: report(changes), bodies: kept.bodies }).findings.filter(({ detector }) =>
      OWN.includes(detector),
    );
  expect(judged([one])).toHaveLength(1);
  expect(judged([{ ...one, from: 'a.php' }])).toEqual([]);
  expect(judged([{ ...one, kind: 'removed', after: null, bodyAfter: null }])).toEqual([]);
  expect(judged([{ ...one, bodyAfter: `sha256:${'0'.repeat(64)}` as never }])).toEqual([]);
});

test('hostile: megabytes, endless strings and comments, tags without end, broken rules of nesting', () => {
  for (const text of [
    '<?php '.repeat(200_000),
    '<?= "'.repeat(200_000),
    `<?php ${'/*'.repeat(500_000)}`,
    `<?php '${"\\'".repeat(500_000)}`,
    `<?php ${'<<<A\n'.repeat(200_000)}`,
    `<?php ${"'a'.".repeat(300_000)}`,
    `<?php ${'eval('.repeat(200_000)}`,
    `<?php ${'$_POST['.repeat(200_000)}`,
    `<?php ${'goto a;a:'.repeat(100_000)}`,
    `<?php ${'chr(1).'.repeat(200_000)}`,
    `<?php ${"include '".repeat(200_000)}`,
  ])
    expect(judgeOne('a.php', null, text).verdict.kind).toBe('tampered');
  const js = judgeOne('a.js', null, `x=${'/['.repeat(400_000)}`);
  expect(js.verdict.kind).toBe('tampered');
  expect(judgeOne('.htaccess', null, '<filesmatch '.repeat(100_000)).verdict.kind).toBe('tampered');
});

test('what is too long to be read to its end is said, and its end is read', () => {
  const long = `<?php ${'$a=1;\n'.repeat(500_000)} eval($_POST["x"]);`;
  const { findings } = judgeOne('a.php', null, long);
  expect(findings.map(({ detector, grade }) => `${detector} ${grade}`)).toEqual(
    expect.arrayContaining(['back-door tampered', 'engine unobserved']),
  );
});

describe('rules that are not to be trusted', () => {
  const [row] = data.rules;
  const withRow = (more: object) => ({ ...data, rules: [{ ...row, ...more }] });
  test.each<readonly [string, unknown, RegExp]>([
    ['no object', 7, /expected object/i],
    ['an unknown key', { ...data, extra: 1 }, /extra/],
    ['a row twice', { ...data, rules: [row, row] }, /twice/],
    ['a pattern that looks around', withRow({ all: ['(?=x)y'] }), /look-around/],
    ['a pattern that is too long', withRow({ all: ['(?:(?:a{200}){200}){200}'] }), /too long/],
    ['a pattern that matches nothing at all', withRow({ all: ['a*'] }), /nothing at all/],
    ['a part that is not there', withRow({ all: ['{{NOPE}}'] }), /no part/],
    ['an example it does not find', withRow({ all: ['zzz'] }), /own example/],
    ['a neighbour it finds', withRow({ honest: row?.example }), /honest neighbour/],
  ])('%s', (_, rules, why) => {
    const checked = checkRules(rules);
    expect(checked.kind === 'refused' ? checked.problems.join('\n') : 'usable').toMatch(why);
  });
});

import { expect, test } from 'vitest';
import { reportHtml } from '../src/report/report.ts';
import { reportSarif } from '../src/report/sarif.ts';
import { formatOf } from '../src/report/write.ts';
import { reportInput } from './report-input.ts';

test.each(['en', 'ja'] as const)('the HTML report (%s) holds no live markup of a page', (language) => {
  const html = reportHtml(reportInput(language));
  expect(html).not.toMatch(/<script|<img src=x|<a /i);
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toMatch(/\u202e/);
  expect(html).toMatch(/Content-Security-Policy" content="default-src &#39;none&#39;/);
});

test('the ways of the card are drawn: approved ones, leaks, and what only the difference proves', () => {
  const html = reportHtml(reportInput('en'));
  const svg = html.slice(html.indexOf('<svg'), html.indexOf('</svg>'));
  expect(svg).toContain('pay.test/v1/tokens');
  expect(svg).toContain('drop.test/collect');
  expect(svg.match(/<path class="tampered"/g)).toHaveLength(6);
  expect(svg.match(/<path class="clean"/g)).toHaveLength(6);
});

test('what changed in a file is shown line by line, escaped; of bytes the first that differ', () => {
  const hostile = '<script>\u202e\u001b[31m</pre>';
  const input = reportInput('en');
  const [first, second, ...rest] = input.judgement.findings;
  if (first === undefined || second === undefined) throw new Error('no findings');
  const line = { kind: 'added', text: hostile } as const;
  const diff = {
    kind: 'text',
    added: 9,
    removed: 0,
    hidden: 8,
    hunks: [{ before: 3, after: 3, lines: [line] }],
  } as const;
  const name = `sha256:${'a'.repeat(64)}` as never;
  const bytes = {
    kind: 'binary',
    before: { size: 1000, hash: name },
    after: null,
    offset: 12,
    was: 'ffd9',
    is: '',
  } as const;
  const html = reportHtml({
    ...input,
    judgement: { ...input.judgement, findings: [{ ...first, diff }, { ...second, diff: bytes }, ...rest] },
  });
  expect(html).toContain('@@ -3 +3 @@\n+ &lt;script&gt;');
  for (const hostilePart of ['<script', '\u202e', '\u001b']) expect(html).not.toContain(hostilePart);
  expect(html).toContain('and 8 more changed lines');
  expect(html).toContain('1,000 → – bytes; different from byte 12');
  expect(html).toContain('- ffd9');
});

test('a difference stands side by side, the differing part marked, a missing message said so', () => {
  const html = reportHtml(reportInput('en'));
  expect(html).toContain('<mark>');
  expect(html).toContain('(no such message)');
});

test('who touched the card, connections and visits are in the report, in both languages', () => {
  expect(reportHtml(reportInput('en'))).toMatch(/SubtleCrypto\.encrypt[\s\S]*private address/);
  const ja = reportHtml(reportInput('ja'));
  expect(ja).toMatch(/暗号化・ハッシュ化/);
  expect(ja).toMatch(/固定、カード B'|固定、カード B&#39;/);
  expect(ja).toContain('2026-11-22 21:00:00.000 +09:00');
});

test('SARIF: grades keep their meaning, addresses that are none are no URIs, keys last', () => {
  const log = JSON.parse(reportSarif(reportInput('en')));
  const [run] = log.runs;
  expect(run.results.map((one: { kind: string; level: string }) => [one.kind, one.level])).toEqual([
    ['fail', 'error'],
    ['fail', 'error'],
    ['open', 'none'],
  ]);
  for (const result of run.results) {
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(result.partialFingerprints['komainuKey/v1']).toMatch(/:/);
  }
  const [, stranger] = [...run.results[0].locations, ...run.results[0].relatedLocations];
  expect(stranger).not.toHaveProperty('physicalLocation');
  expect(run.results[0].codeFlows[0].threadFlows[0].locations).toHaveLength(4);
});

test('the JSON report is the whole judgement; an unknown ending is refused by name', () => {
  const input = reportInput('en');
  expect(JSON.parse(formatOf('x.json')(input)).judgement).toEqual(
    JSON.parse(JSON.stringify(input.judgement)),
  );
  expect(() => formatOf('report.pdf')).toThrow(/report\.pdf/);
});

import { type GuardActs, newId, text } from '@komainu/model';
import { expect, test } from 'vitest';
import { judgeActs, judgeHeartbeat } from '../src/index.ts';

const REF = `sha256:${'a'.repeat(64)}` as never;
const reason = text('was altered again.', 'また書き換えられました。');
const judge = (acts: GuardActs['acts']) =>
  judgeActs(REF, {
    id: newId('report'),
    guard: 'guard-1' as never,
    shop: 'shop' as never,
    root: 'site' as never,
    seal: REF,
    at: '2026-11-22T12:00:00.000Z' as never,
    about: null,
    acts,
  });

test('what the guard put right, and who let it act again, is no finding of its own', () => {
  const { findings } = judge([
    { kind: 'restored', path: 'a', to: REF, replaced: REF, was: null },
    { kind: 'quarantined', path: 'b', body: REF, was: null },
    { kind: 'halted', by: 'file /x' },
    { kind: 'stands-again', by: '佐藤' },
  ]);
  expect(findings).toEqual([]);
});

test.each([
  ['fight', 'a.php', 'tampered', 'certain'],
  ['deploy', null, 'changed', 'likely'],
] as const)('where it stopped because of a %s is told as that', (looksLike, path, grade, confidence) => {
  const { findings, verdict } = judge([{ kind: 'stood-down', looksLike, path, reason }]);
  expect(verdict.kind).toBe(grade);
  expect(findings).toMatchObject([{ detector: 'guard-stopped', grade, confidence }]);
  expect(findings[0]?.references[0]?.pointer).toBe('/acts/0');
});

test('what it could not put right is still tampered with', () => {
  const failed = [
    { kind: 'failed', act: 'restore', path: 'a.php', reason },
    { kind: 'failed', act: 'halt', path: null, reason },
  ] as const;
  const { findings } = judge(failed);
  expect(findings.map(({ grade }) => grade)).toEqual(['tampered', 'tampered']);
  // The same wrong has the same key the next time, whatever the reason says.
  const again = judge(failed.map((act) => ({ ...act, reason: text('else', '別') })));
  expect(again.findings.map(({ key }) => key)).toEqual(findings.map(({ key }) => key));
});

test('a refused heartbeat says why, and each why is a wrong of its own', () => {
  const all = (['replayed', 'unsigned', 'forged'] as const).map(
    (why) => judgeHeartbeat({ guardian: 'guard-1' as never, why }).findings,
  );
  expect(all.flat()).toHaveLength(3);
  expect(new Set(all.flat().map(({ key }) => key)).size).toBe(3);
  expect(all.flat().every(({ grade }) => grade === 'unobserved')).toBe(true);
});

import { describe, expect, test } from 'vitest';
import {
  canonicalBytes,
  canonicalJson,
  type EntryKind,
  FailureCode,
  LedgerEntry,
  text,
} from '../src/index.ts';

const AT = '2026-11-22T12:00:00.000Z';
const REF = `sha256:${'a'.repeat(64)}`;
const title = text('A sealed file was altered.', '封印されたファイルが書き換えられました。');
const incident = `incident_${'0'.repeat(25)}`;
const check = `check_${'0'.repeat(25)}`;
const report = `report_${'0'.repeat(25)}`;
const failure = { code: 'unreachable', message: title };
const methods = [{ code: 'card', enabled: false }];
const sources = [
  { kind: 'check', check, page: 'payment' },
  { kind: 'files', root: 'app', report },
  { kind: 'silence', guardian: 'guard-1' },
];
const causes = [
  ...sources.map((source) => ({ kind: 'judgement', source, judgement: REF })),
  { kind: 'processor', notice: REF },
  { kind: 'person', reason: 'called by the processor' },
];

/** Data of every kind there is: a kind added without an example here does not compile. */
const EXAMPLES: Readonly<Record<EntryKind, readonly object[]>> = {
  'server.started': [
    { version: '1.0.0', recovery: null },
    { version: '1.0.0', recovery: title },
  ],
  'shop.registered': [{ config: REF }],
  'baseline.approved': [{ page: 'payment', baseline: REF }],
  'seal.made': [{ root: 'app', seal: REF, release: 2, files: 900 }],
  'files.reported': [
    { root: 'app', report, body: REF, changes: 1, noticedAt: AT, writtenAt: AT },
    { root: 'app', report, body: REF, changes: 0, noticedAt: AT, writtenAt: null },
  ],
  judged: sources.map((source) => ({ source, judgement: REF, verdict: 'tampered', title })),
  'guardian.silent': [
    { guardian: 'guard-1', kind: 'guard', lastSeen: AT },
    { guardian: 'probe-1', kind: 'probe', lastSeen: null },
  ],
  'guardian.enrolled': (['first-contact', 'configuration'] as const).map((by) => ({
    guardian: 'guard-1',
    key: `${'A'.repeat(43)}=`,
    by,
  })),
  'guard.acted': [
    { root: 'app', report, body: REF, about: report, acts: 1, title },
    { root: 'app', report, body: REF, about: null, acts: 2, title },
  ],
  'guardian.back': [{ guardian: 'guard-1', kind: 'guard' }],
  'processor.notified': [{ notice: REF, title }],
  'incident.opened': causes.map((cause) => ({ incident, cause, title })),
  'incident.joined': causes.map((cause) => ({ incident, cause, title })),
  'halt.ordered': [{ incident, reason: title }],
  'halt.switched-off': [{ incident, methods }],
  'halt.voided': [{ incident, voided: 3, note: 'three checkouts' }],
  'halt.proved': [{ incident, proof: REF }],
  'halt.failed': (['switch-off', 'void', 'prove'] as const).map((act) => ({
    incident,
    act,
    attempt: 1,
    failure,
  })),
  'resume.ordered': [{ incident, reason: 'restored and checked', check }],
  'resume.refused': [{ incident, reason: title }],
  'resume.done': [{ incident, methods }],
  'resume.failed': [{ incident, failure }],
  'file.restored': [
    { root: 'app', path: 'a.php', to: REF, replaced: REF },
    { root: 'app', path: 'a.php', to: REF, replaced: null },
  ],
};
const common = { v: 1, at: AT, shop: 'omocha', actor: { kind: 'server', name: 'komainu' } };
const entries = Object.entries(EXAMPLES).flatMap(([kind, all]) =>
  all.map((data) => ({ ...common, kind, data })),
);

describe('every kind of entry', () => {
  test('has an example', () => {
    expect(LedgerEntry.options).toHaveLength(Object.keys(EXAMPLES).length);
  });

  test.each(entries)('$kind goes into the ledger and comes back the same', (entry) => {
    const parsed = LedgerEntry.parse(entry);
    expect(parsed).toEqual(entry);
    const line = canonicalBytes(parsed);
    expect(line.length).toBeLessThan(64 * 1024);
    const read = LedgerEntry.parse(JSON.parse(new TextDecoder().decode(line)));
    expect(read).toEqual(entry);
    expect(canonicalJson(read)).toBe(canonicalJson(entry));
  });

  test.each(entries)('$kind with a member too many, or one too few, is refused', (entry) => {
    expect(LedgerEntry.safeParse({ ...entry, rider: 1 }).success).toBe(false);
    expect(LedgerEntry.safeParse({ ...entry, data: { ...entry.data, rider: 1 } }).success).toBe(false);
    for (const key of Object.keys(entry.data)) {
      const data = Object.fromEntries(Object.entries(entry.data).filter(([name]) => name !== key));
      expect(LedgerEntry.safeParse({ ...entry, data }).success, key).toBe(false);
    }
  });
});

test('an entry of no shop, of another version, of nobody, of no kind', () => {
  const [entry] = entries;
  const ok = (more: object) => LedgerEntry.safeParse({ ...entry, ...more }).success;
  expect(ok({ shop: null })).toBe(true);
  for (const bad of [
    { v: 2 },
    { at: 'now' },
    { actor: { kind: 'robot', name: 'x' } },
    { actor: null },
    { kind: 'judged' },
    { kind: 'x' },
  ])
    expect(ok(bad)).toBe(false);
});

test('a failure names a situation an engineer can act on, and only such', () => {
  for (const code of FailureCode.options)
    expect(
      LedgerEntry.safeParse({
        ...common,
        kind: 'resume.failed',
        data: { incident, failure: { ...failure, code } },
      }).success,
    ).toBe(true);
  const other = {
    ...common,
    kind: 'resume.failed',
    data: { incident, failure: { ...failure, code: 'unknown' } },
  };
  expect(LedgerEntry.safeParse(other).success).toBe(false);
});

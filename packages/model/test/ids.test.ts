import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BlobRef,
  CheckId,
  IncidentId,
  Instant,
  instant,
  newId,
  ReportId,
  ShopId,
  VisitId,
} from '../src/index.ts';

describe('ids', () => {
  test('made ids are of their kind, distinct, and sort as they were made', () => {
    const schemas = { visit: VisitId, check: CheckId, incident: IncidentId, report: ReportId } as const;
    for (const [kind, schema] of Object.entries(schemas)) {
      const made = newId(kind as keyof typeof schemas);
      expect(schema.safeParse(made).success).toBe(true);
      for (const [other, its] of Object.entries(schemas))
        expect(its.safeParse(made).success).toBe(other === kind);
    }
    expect(new Set(Array.from({ length: 1000 }, () => newId('check'))).size).toBe(1000);
    fc.assert(
      fc.property(fc.nat(4_000_000_000_000), fc.nat(4_000_000_000_000), (a, b) => {
        fc.pre(a < b);
        expect(newId('visit', a) < newId('visit', b)).toBe(true);
      }),
    );
  });

  test.each(['a', 'omocha-2', '0', 'a'.repeat(63)])('%s is a name', (name) => {
    expect(ShopId.parse(name)).toBe(name);
  });
  test.each(['', '-a', 'A', 'a_b', 'a/b', '../a', 'お店', 'a'.repeat(64), 'a\n'])('%j is no name', (name) => {
    expect(ShopId.safeParse(name).success).toBe(false);
  });
});

test('a blob is named by its SHA-256 in lower case', () => {
  expect(BlobRef.safeParse(`sha256:${'0'.repeat(64)}`).success).toBe(true);
  for (const bad of [
    '',
    `sha256:${'0'.repeat(63)}`,
    `sha256:${'A'.repeat(64)}`,
    `sha512:${'0'.repeat(64)}`,
    `sha256:${'0'.repeat(64)}\n`,
  ])
    expect(BlobRef.safeParse(bad).success, bad).toBe(false);
});

describe('instants', () => {
  test('are UTC to the millisecond and sort as time does', () => {
    expect(instant(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(Instant.safeParse(instant()).success).toBe(true);
    fc.assert(
      fc.property(fc.nat(8_000_000_000_000), fc.nat(8_000_000_000_000), (a, b) => {
        expect(instant(a) < instant(b)).toBe(a < b);
      }),
    );
  });
  test.each([
    '2026-11-22T12:00:00Z',
    '2026-11-22T12:00:00.000+09:00',
    '2026-11-22 12:00:00.000Z',
    '',
    '2026-11-22T12:00:00.000Z\n',
  ])('%j is refused', (bad) => {
    expect(Instant.safeParse(bad).success).toBe(false);
  });
});

import type { Blobs, FilePath, GuardianId } from '@komainu/model';
import type { Found, Gap } from '../disk/difference.ts';
import { makeReports } from '../reports.ts';
import type { Scan } from '../scan/scan-root.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { sayError } from '../error.ts';
import { compareSealed, compareVisitor, removed } from './compare.ts';
import type { OpenDatabase } from './connection.ts';
import { policiesOf, readContent, readTable, WHOLE } from './read-values.ts';
import { sealedPlan } from './sealed-plan.ts';

export interface ScanDatabaseOptions {
  readonly seal: OpenSeal;
  readonly open: OpenDatabase;
  readonly guard: GuardianId;
  readonly blobs: Blobs;
}

/**
 * Compares every sealed value with its seal, once, and looks through everything visitors typed. A database that does
 * not answer is a gap.
 * @throws GuardError `config` when the seal is none of a database
 */
export async function scanDatabase({ seal, open, guard, blobs }: ScanDatabaseOptions): Promise<Scan> {
  const plan = await sealedPlan(seal, blobs);
  const found: Found[] = [];
  const gaps: Gap[] = [];
  const seen = new Set<FilePath>();
  let values = 0;
  const add = (change: Found | null) => {
    values += 1;
    if (change) found.push(change);
  };
  try {
    const db = await open();
    try {
      const gap = (one: Gap) => gaps.push(one);
      await readContent(db, plan, {
        value(value) {
          seen.add(value.path);
          add(compareSealed(seal.entries, value));
        },
        gap,
      });
      const unread = new Set(gaps.map(({ path }) => path ?? ''));
      found.push(...removed(seal.entries, seen, unread, policiesOf(plan)));
      for (const table of plan.tables)
        if (table.watch === 'visitor')
          await readTable(db, plan, table, { value: (value) => add(compareVisitor(value)), gap }, WHOLE);
    } finally {
      await db.close();
    }
  } catch (error) {
    gaps.push({ path: null, detail: `the database does not answer: ${sayError(error).slice(0, 300)}` });
  }
  const reporter = { guard, shop: seal.seal.shop, root: seal.seal.root, seal: seal.ref };
  return {
    reports: await makeReports(reporter, found, gaps, blobs),
    paths: values,
    changes: found.length,
    gaps: gaps.length,
  };
}

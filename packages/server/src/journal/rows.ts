import type { BlobRef, LedgerEntry, ReportId } from '@komainu/model';
import type { Batch, StoredCheck, StoredReport } from '../store/store.ts';

/** What must be found again by its id: too many to keep in memory. */
export interface Rows {
  readonly reports: StoredReport[];
  readonly judgedReports: { readonly id: ReportId; readonly judgement: BlobRef }[];
  readonly checks: StoredCheck[];
}

export const noRows = (): Rows => ({ reports: [], judgedReports: [], checks: [] });

export function addRows(rows: Rows, entry: LedgerEntry): void {
  const { shop } = entry;
  if (shop === null) return;
  if (entry.kind === 'files.reported' || entry.kind === 'guard.acted') {
    const { report: id, root, body } = entry.data;
    rows.reports.push({ id, shop, root, body, judgement: null });
  } else if (entry.kind === 'judged') {
    const { source, judgement, verdict } = entry.data;
    if (source.kind === 'files') rows.judgedReports.push({ id: source.report, judgement });
    if (source.kind === 'check')
      rows.checks.push({ id: source.check, shop, page: source.page, judgement, verdict, at: entry.at });
  }
}

/** Two batches as one: the later cursor and states, all rows. */
export function mergeBatches(earlier: Batch | null, later: Batch | null): Batch | null {
  if (earlier === null || later === null) return earlier ?? later;
  return {
    cursor: later.cursor,
    shops: new Map([...earlier.shops, ...later.shops]),
    reports: [...earlier.reports, ...later.reports],
    judgedReports: [...earlier.judgedReports, ...later.judgedReports],
    checks: [...earlier.checks, ...later.checks],
  };
}

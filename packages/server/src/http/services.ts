import type { FileBlobs } from '@komainu/evidence';
import type { PageId, ShopId } from '@komainu/model';
import type { ResumeEnd, ResumeRequest } from '@komainu/respond';
import type { Desk } from '../act/desk.ts';
import type { Reports } from '../intake/reports.ts';
import type { Journal } from '../journal/journal.ts';
import type { LedgerHandle } from '../journal/ledger-handle.ts';
import type { Log } from '../log.ts';
import type { Checks } from '../watch/checks.ts';
import type { Supervisor } from '../watch/supervisor.ts';
import { notFound } from './api-error.ts';

/** What the routes stand on. */
export interface Services {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly journal: Journal;
  readonly ledger: LedgerHandle;
  readonly blobs: FileBlobs;
  readonly desks: ReadonlyMap<ShopId, Desk>;
  readonly checks: Checks;
  readonly supervisor: Supervisor;
  readonly reports: Reports;
  readonly sealKeys: readonly string[];
  resume(shop: ShopId, request: ResumeRequest): Promise<ResumeEnd>;
  /** Aborted when the server stops: what streams ends. */
  readonly stopping: AbortSignal;
}

/** @throws ApiError 404 */
export function deskOf({ desks }: Services, shop: ShopId): Desk {
  const desk = desks.get(shop);
  if (desk === undefined) throw notFound('There is no such shop.', 'その店舗はありません。');
  return desk;
}

/** @throws ApiError 404 */
export function pageOf(desk: Desk, page: PageId): void {
  if (!desk.shop.pages.some(({ id }) => id === page))
    throw notFound('There is no such payment page.', 'その決済ページはありません。');
}

import { bodiesOfReport, judgeFiles } from '@komainu/detect';
import {
  type BlobRef,
  type Blobs,
  canonicalBytes,
  GuardReport,
  type Instant,
  type Judgement,
  type ReportId,
} from '@komainu/model';
import type { EntryDraft } from '@komainu/respond';
import type { Desk } from '../act/desk.ts';
import { reasonOf } from '../error.ts';
import { ApiError } from '../http/api-error.ts';
import { parseJson } from '../journal/line.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { keepJudgement, loadBodies } from '../watch/judging.ts';

/** Takes the guards' reports in: each once, and none acknowledged before it is in the ledger. */
export interface Reports {
  /** Resolves when the report is in the ledger. @throws ApiError 409 for an id that named another report */
  take(desk: Desk, report: GuardReport): Promise<void>;
  /** Judges what was acknowledged and not judged: the process died, or the disk was full, in between. */
  judgeOwed(desks: ReadonlyMap<string, Desk>): Promise<void>;
  idle(): Promise<void>;
}

export function takeReports(store: Store, blobs: Blobs, log: Log): Reports {
  /** Reports on their way into the ledger, so that the same one posted twice at once is recorded once. */
  const arriving = new Map<string, Promise<BlobRef>>();
  const judging = new Map<ReportId, Promise<void>>();

  const judge = async (report: GuardReport, ref: BlobRef): Promise<Judgement> =>
    judgeFiles({ ref, report, bodies: await loadBodies(blobs, bodiesOfReport(report)) });

  const finish = (desk: Desk, report: GuardReport, judgement: Promise<Judgement>): void => {
    const work = async () => {
      const found = await judgement;
      const source = { kind: 'files', root: report.root, report: report.id } as const;
      const kept = await keepJudgement(blobs, desk.shop.id, source, found);
      await desk.record(kept.draft, found);
    };
    const done = work()
      .catch((error: unknown) =>
        log.error({ report: report.id, reason: reasonOf(error) }, 'a report is not judged yet'),
      )
      .finally(() => judging.delete(report.id));
    judging.set(report.id, done);
  };

  const record = async (desk: Desk, report: GuardReport, body: BlobRef) => {
    // The alarm does not wait for the disk: the report is judged while it is being stored.
    const judgement = judge(report, body);
    judgement.catch(() => undefined);
    await desk.record(reported(report, body));
    finish(desk, report, judgement);
  };

  return {
    async take(desk, report) {
      const body = await blobs.put(canonicalBytes(report));
      const key = `${report.shop}/${report.id}`;
      const under = arriving.get(key);
      const once = async () => {
        const stored = await store.report(report.shop, report.id);
        if (stored === null) await record(desk, report, body);
        return stored?.body ?? body;
      };
      const taken = under ?? once().finally(() => arriving.delete(key));
      if (under === undefined) arriving.set(key, taken);
      if ((await taken) !== body) throw OTHER_REPORT;
    },
    async judgeOwed(desks) {
      for (const { id, shop, body } of await store.unjudgedReports()) {
        const desk = desks.get(shop);
        if (desk === undefined || judging.has(id)) continue;
        const report = GuardReport.safeParse(parseJson(await blobs.get(body)));
        if (!report.success) log.error({ report: id }, 'a stored report cannot be read');
        else finish(desk, report.data, judge(report.data, body));
      }
    },
    idle: async () => void (await Promise.all(judging.values())),
  };
}

const OTHER_REPORT = new ApiError(
  409,
  'conflict',
  'Another report was already accepted under this id.',
  'この番号の別の報告をすでに受け付けています。',
);

function reported(report: GuardReport, body: BlobRef): EntryDraft {
  const { shop, root, id, guard, changes, at } = report;
  const earliest = (times: readonly Instant[]): Instant | null => times.toSorted()[0] ?? null;
  return {
    kind: 'files.reported',
    shop,
    actor: { kind: 'guard', name: guard },
    data: {
      root,
      report: id,
      body,
      changes: changes.length,
      noticedAt: earliest(changes.map(({ noticedAt }) => noticedAt)) ?? at,
      // ctime is the kernel's own time of the write; unlike mtime nobody sets it by a call.
      writtenAt: earliest(changes.flatMap(({ after }) => (after === null ? [] : [after.ctime]))),
    },
  };
}

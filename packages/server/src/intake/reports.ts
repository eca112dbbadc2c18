import { createHash } from 'node:crypto';
import { bodiesOfReport, judgeActs, judgeFiles } from '@komainu/detect';
import type { OwnRules } from '@komainu/detect/analyst';
import {
  type BlobRef,
  type Blobs,
  canonicalBytes,
  GuardActs,
  GuardReport,
  type Instant,
  isDatabaseValue,
  type ReportId,
} from '@komainu/model';
import type { EntryDraft } from '@komainu/respond';
import { z } from 'zod';
import type { Desk, Line } from '../act/desk.ts';
import { reasonOf } from '../error.ts';
import { titleOfActs } from './acts-title.ts';
import { ApiError } from '../http/api-error.ts';
import type { Journal } from '../journal/journal.ts';
import { parseJson } from '../journal/line.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { keepJudgement, loadBodies } from '../watch/judging.ts';
import { rememberPictures } from './earlier.ts';
import type { KeptRules } from './rules.ts';

/** A report, or what a guard did about one. */
type Told = GuardReport | GuardActs;
const isActs = (told: Told): told is GuardActs => 'acts' in told;

/** Takes the guards' reports in: each once, and none acknowledged before it is in the ledger. */
export interface Reports {
  /** Resolves when the report is in the ledger. @throws ApiError 409 for an id that named another report */
  take(desk: Desk, report: Told): Promise<void>;
  /** Judges what was acknowledged and not judged: the process died, or the disk was full, in between. */
  judgeOwed(desks: ReadonlyMap<string, Desk>): Promise<void>;
  idle(): Promise<void>;
}

/** By what reports are judged. */
export interface Judges {
  readonly rules: KeptRules;
  /** Null when the owner has none. */
  readonly ownRules: OwnRules | null;
}

export function takeReports(
  journal: Journal,
  store: Store,
  blobs: Blobs,
  { rules, ownRules }: Judges,
  log: Log,
): Reports {
  const pictures = rememberPictures(blobs);
  /** Reports on their way into the ledger, so that the same one posted twice at once is recorded once. */
  const arriving = new Map<string, Promise<BlobRef>>();
  /** Judged by this process, or about to be: the store may not know it yet. */
  const judged = new Set<ReportId>();
  const judging = new Set<Promise<void>>();

  const judgeFound = async (report: GuardReport, ref: BlobRef) => {
    const bodies = await loadBodies(blobs, bodiesOfReport(report));
    const { rules: inForce, notInForce } = rules.current();
    return judgeFiles({
      ref,
      report,
      bodies,
      rules: inForce,
      earlier: await pictures.of(report, ref),
      ...(notInForce === null ? {} : { notInForce }),
      ...(ownRules === null ? {} : { ownHits: await ownRules.scan(report, bodies) }),
    });
  };
  const judge = async (report: Told, ref: BlobRef): Promise<Line> => {
    const judgement = isActs(report) ? judgeActs(ref, report) : await judgeFound(report, ref);
    const source = { kind: 'files', root: report.root, report: report.id } as const;
    const { draft } = await keepJudgement(blobs, report.shop, source, judgement);
    return { draft, judgement };
  };
  const unjudged = (report: Told) => (error: unknown) => {
    judged.delete(report.id);
    log.error({ report: report.id, reason: reasonOf(error) }, 'a report is not judged yet');
    return null;
  };

  const record = async (desk: Desk, report: Told, ref: BlobRef) => {
    // Long since in the store: what is forgotten here could at worst be judged twice.
    if (judged.size > REMEMBERED) judged.clear();
    judged.add(report.id);
    // Stored and judged at the same time, recorded in one commit: the way to an alarm is as short as it can be.
    const stored = blobs.put(canonicalBytes(report));
    stored.catch(() => undefined);
    const line = await judge(report, ref).catch(unjudged(report));
    await stored;
    try {
      await desk.recordAll([
        { draft: isActs(report) ? acted(report, ref) : reported(report, ref) },
        ...(line === null ? [] : [line]),
      ]);
    } catch (error) {
      judged.delete(report.id);
      throw error;
    }
  };

  return {
    async take(desk, report) {
      const body = refOf(canonicalBytes(report));
      const key = `${report.shop}/${report.id}`;
      const under = arriving.get(key);
      const once = async () => {
        const stored = await journal.report(report.shop, report.id);
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
        if (desk === undefined || judged.has(id)) continue;
        // A body that rotted must not keep the server from starting, nor the next halt from being taken up.
        const bytes = await blobs.get(body).catch(() => null);
        const report = EitherOne.safeParse(bytes === null ? null : parseJson(bytes));
        if (!report.success) {
          log.error({ report: id }, 'a stored report cannot be read');
          continue;
        }
        judged.add(id);
        const work = judge(report.data, body)
          .then((line) => desk.recordAll([line]))
          .catch((error: unknown) => void unjudged(report.data)(error))
          .finally(() => judging.delete(work));
        judging.add(work);
      }
    },
    idle: async () => void (await Promise.all(judging)),
  };
}

const refOf = (bytes: Uint8Array): BlobRef =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;

const REMEMBERED = 10_000;
const EitherOne = z.union([GuardReport, GuardActs]);

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
      // ctime is the kernel's own time of the write; unlike mtime nobody sets it by a call. A database keeps none.
      writtenAt: earliest(
        changes.flatMap(({ after }) => (after === null || isDatabaseValue(after) ? [] : [after.ctime])),
      ),
    },
  };
}

function acted(told: GuardActs, body: BlobRef): EntryDraft {
  const { shop, root, id, guard, about, acts } = told;
  return {
    kind: 'guard.acted',
    shop,
    actor: { kind: 'guard', name: guard },
    data: { root, report: id, body, about, acts: acts.length, title: titleOfActs(told) },
  };
}

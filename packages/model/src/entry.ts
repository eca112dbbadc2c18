import { z } from 'zod';
import { Failure } from './failure.ts';
import { VerdictKind } from './finding.ts';
import {
  BlobRef,
  CheckId,
  GuardianId,
  GuardKey,
  IncidentId,
  Instant,
  PageId,
  ReportId,
  RootId,
  ShopId,
} from './ids.ts';
import { Text } from './text.ts';

/** Who did it. A person is named; a guardian has its id. */
export const Actor = z
  .strictObject({ kind: z.enum(['server', 'probe', 'guard', 'person', 'processor']), name: z.string() })
  .readonly();
export type Actor = z.infer<typeof Actor>;

/** What was judged. */
export const Source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('check'), check: CheckId, page: PageId }).readonly(),
  z.strictObject({ kind: z.literal('files'), root: RootId, report: ReportId }).readonly(),
  z.strictObject({ kind: z.literal('silence'), guardian: GuardianId }).readonly(),
]);
export type Source = z.infer<typeof Source>;

/** What opened an incident. */
export const Cause = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('judgement'), source: Source, judgement: BlobRef }).readonly(),
  z.strictObject({ kind: z.literal('processor'), notice: BlobRef }).readonly(),
  z.strictObject({ kind: z.literal('person'), reason: z.string() }).readonly(),
]);
export type Cause = z.infer<typeof Cause>;

const common = { v: z.literal(1), at: Instant, shop: ShopId.nullable(), actor: Actor };
const of = <K extends string, T extends z.ZodRawShape>(kind: K, data: T) =>
  z.strictObject({ ...common, kind: z.literal(kind), data: z.strictObject(data).readonly() }).readonly();
const methods = z.array(z.strictObject({ code: z.string(), enabled: z.boolean() }).readonly()).readonly();

/**
 * One line of the ledger: what happened, as it happened. Large bodies are in the blob store; an entry stays below
 * 64 KiB. All current state is a fold over these.
 */
export const LedgerEntry = z.discriminatedUnion('kind', [
  of('server.started', { version: z.string(), recovery: Text.nullable() }),
  of('shop.registered', { config: BlobRef }),
  of('baseline.approved', { page: PageId, baseline: BlobRef }),
  of('seal.made', { root: RootId, seal: BlobRef, release: z.int(), files: z.int() }),
  of('files.reported', {
    root: RootId,
    report: ReportId,
    body: BlobRef,
    changes: z.int(),
    noticedAt: Instant,
    writtenAt: Instant.nullable(),
  }),
  of('judged', { source: Source, judgement: BlobRef, verdict: VerdictKind, title: Text }),
  of('guardian.silent', {
    guardian: GuardianId,
    kind: z.enum(['probe', 'guard']),
    lastSeen: Instant.nullable(),
  }),
  /** From now on only heartbeats by this key count. `by`: its first heartbeat, or the configuration. */
  of('guardian.enrolled', {
    guardian: GuardianId,
    key: GuardKey,
    by: z.enum(['first-contact', 'configuration']),
  }),
  of('guardian.back', { guardian: GuardianId, kind: z.enum(['probe', 'guard']) }),
  of('processor.notified', { notice: BlobRef, title: Text }),
  of('incident.opened', { incident: IncidentId, cause: Cause, title: Text }),
  of('incident.joined', { incident: IncidentId, cause: Cause, title: Text }),
  of('halt.ordered', { incident: IncidentId, reason: Text }),
  of('halt.switched-off', { incident: IncidentId, methods }),
  of('halt.voided', { incident: IncidentId, voided: z.int(), note: z.string() }),
  of('halt.proved', { incident: IncidentId, proof: BlobRef }),
  of('halt.failed', {
    incident: IncidentId,
    act: z.enum(['switch-off', 'void', 'prove']),
    attempt: z.int(),
    failure: Failure,
  }),
  of('resume.ordered', { incident: IncidentId, reason: z.string(), check: CheckId }),
  of('resume.refused', { incident: IncidentId, reason: Text }),
  of('resume.done', { incident: IncidentId, methods }),
  of('resume.failed', { incident: IncidentId, failure: Failure }),
  /** What a guard did by itself about a report; the body is a GuardActs. */
  of('guard.acted', {
    root: RootId,
    report: ReportId,
    body: BlobRef,
    about: ReportId.nullable(),
    acts: z.int().positive(),
    title: Text,
  }),
  of('file.restored', { root: RootId, path: z.string(), to: BlobRef, replaced: BlobRef.nullable() }),
]);
export type LedgerEntry = z.infer<typeof LedgerEntry>;
export type EntryKind = LedgerEntry['kind'];
export type EntryOf<K extends EntryKind> = Extract<LedgerEntry, { kind: K }>;

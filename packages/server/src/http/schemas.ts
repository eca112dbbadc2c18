import {
  BlobRef,
  CardPart,
  Cause,
  CheckId,
  Failure,
  GuardianId,
  IncidentId,
  Instant,
  LedgerEntry,
  PageId,
  ReportId,
  RootId,
  ShopId,
  Text,
  VerdictKind,
} from '@komainu/model';
import { z } from 'zod';

/** What the API says, as schemas: checked in tests, published as OpenAPI. */
export const ErrorBody = z
  .strictObject({ error: z.strictObject({ code: z.string(), message: Text }) })
  .meta({ id: 'Error' });

const Halt = z.strictObject({
  orderedAt: Instant,
  orderedBy: z.string(),
  reason: Text,
  switchedOffAt: Instant.nullable(),
  voidedAt: Instant.nullable(),
  provedAt: Instant.nullable(),
  proof: BlobRef.nullable(),
  failures: z.int(),
  lastFailure: Failure.nullable(),
});

const IncidentBody = z
  .strictObject({
    id: IncidentId,
    shop: ShopId,
    openedAt: Instant,
    title: Text,
    causes: z.array(Cause),
    state: z.enum(['open', 'contained', 'resumed']),
    halt: Halt.nullable(),
    timeline: z.array(
      z.strictObject({ index: z.int(), at: Instant, kind: z.string(), actor: z.string(), title: Text }),
    ),
  })
  .meta({ id: 'Incident' });

const LastCheck = z.strictObject({
  check: CheckId,
  at: Instant,
  verdict: VerdictKind,
  title: Text,
  judgement: BlobRef,
});
const LastReport = z.strictObject({
  report: ReportId,
  body: BlobRef,
  at: Instant,
  changes: z.int(),
  verdict: VerdictKind.nullable(),
  judgement: BlobRef.nullable(),
});

export const StateBody = z
  .strictObject({
    now: Instant,
    version: z.string(),
    ledger: z.strictObject({ origin: z.string(), size: z.int(), vkey: z.string() }),
    problem: Text.nullable(),
    shops: z.array(
      z.strictObject({
        shop: z.strictObject({ id: ShopId, name: z.string(), timeZone: z.string() }),
        gate: z.strictObject({
          state: z.enum(['open', 'halting', 'halted', 'resuming']),
          since: Instant,
        }),
        guardians: z.array(
          z.strictObject({
            id: GuardianId,
            kind: z.enum(['probe', 'guard']),
            state: z.enum(['watching', 'silent', 'unknown']),
            lastSeen: Instant.nullable(),
            watching: z.array(z.string()),
          }),
        ),
        pages: z.array(
          z.strictObject({
            id: PageId,
            url: z.string(),
            baseline: BlobRef.nullable(),
            lastCheck: LastCheck.nullable(),
            running: z.boolean(),
          }),
        ),
        roots: z.array(
          z.strictObject({
            id: RootId,
            path: z.string(),
            seal: z.strictObject({ seal: BlobRef, release: z.int(), files: z.int(), at: Instant }).nullable(),
            altered: z.boolean().meta({
              description: 'Something was told as tampered with, and not since that it is put right.',
            }),
            lastReport: LastReport.nullable(),
          }),
        ),
        incidents: z.array(IncidentBody),
      }),
    ),
  })
  .meta({ id: 'State' });
export type StateBody = z.infer<typeof StateBody>;

export const EntryBody = z
  .strictObject({ index: z.int(), entry: LedgerEntry.meta({ id: 'LedgerEntry' }) })
  .meta({ id: 'RecordedEntry' });

export const CheckBody = z
  .strictObject({ check: CheckId, verdict: VerdictKind, judgement: BlobRef, recordings: z.array(BlobRef) })
  .meta({ id: 'CheckResult' });

/** A person's own words: short, and text that every store can carry. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((value) => value.isWellFormed(), 'holds broken characters');

export const PersonRequest = z
  .strictObject({ person: words(200), reason: words(2_000) })
  .meta({ id: 'PersonRequest' });

export const ResumeRequestBody = z
  .strictObject({
    person: words(200),
    reason: words(2_000),
    accept: z.array(z.enum(['unproved-halt', 'altered-files'])).optional(),
  })
  .meta({ id: 'ResumeRequest' });

export const BaselineRequest = z
  .strictObject({
    person: words(200),
    check: CheckId,
    justification: words(2_000),
    /** Who answers for scripts and destinations, by origin. */
    owners: z
      .record(z.string(), z.strictObject({ owner: words(200), justification: words(2_000) }))
      .optional(),
    /** How much of a card an origin may be told besides the payment (the brand, for an icon), by origin. */
    reveals: z.record(z.string(), CardPart).optional(),
    /** What was approved before stays so: for a page that shows different visitors different things. */
    extend: z.boolean().optional(),
  })
  .meta({ id: 'BaselineRequest' });

export const SealRequest = z
  .strictObject({
    root: RootId,
    release: z.string().max(1_000_000),
    signature: z.string().max(200),
    manifest: BlobRef,
    entries: BlobRef,
  })
  .meta({ id: 'SealUpload' });

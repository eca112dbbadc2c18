import { z } from 'zod';
import {
  Connection,
  DocumentHeaders,
  ObservedCardField,
  ObservedForm,
  ObservedFrame,
  ObservedScript,
  Screenshot,
  ScriptAct,
  WireMessage,
} from './artifacts.ts';
import { Canary, Persona } from './canary.ts';
import { artifactOf, Failure } from './failure.ts';
import { BlobRef, CheckId, Instant, PageId, ShopId, VisitId } from './ids.ts';

/**
 * What a visit is for among the visits of its check. `free`: nothing pinned, as a customer's; every draw of
 * `Math.random` begins low in one and high in the other, so that what fires for a part of the visitors fires once.
 * `pinned`: clock, chance and answers as in its siblings, so that what differs between cards depends on the card;
 * rounds count from 1, so A and A' are rounds 1 and 2 of card `a`.
 */
export const VisitRole = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('free'), draws: z.enum(['low', 'high']) }).readonly(),
  z
    .strictObject({
      kind: z.literal('pinned'),
      card: z.enum(['a', 'b']),
      round: z.int().positive(),
      /** What could not be pinned, in a few words each: a worker that races a counter, a clock of another process. */
      unpinned: z.array(z.string()).readonly(),
    })
    .readonly(),
]);
export type VisitRole = z.infer<typeof VisitRole>;

/** One run of a journey in a fresh browser context with one persona and one canary. */
export const Visit = z
  .strictObject({
    id: VisitId,
    check: CheckId,
    shop: ShopId,
    page: PageId,
    /** `check`: is the page as approved? `proof`: is card payment really off? */
    purpose: z.enum(['check', 'proof']),
    /** Left out where a check has one visit only, and in recordings made before there were several. */
    role: VisitRole.optional(),
    url: z.string(),
    journey: z
      .strictObject({
        title: z.string(),
        blob: BlobRef,
        /** Index of the step marked `choose-card`; left out where none is. */
        chooseCard: z.int().nonnegative().optional(),
      })
      .readonly(),
    persona: Persona,
    canary: Canary,
    startedAt: Instant,
    endedAt: Instant,
    browser: z.strictObject({ product: z.string(), userAgent: z.string() }).readonly(),
  })
  .readonly();
export type Visit = z.infer<typeof Visit>;

export const StepRecord = z
  .strictObject({
    index: z.int().nonnegative(),
    type: z.string(),
    /** What the step is for, where a proof rests on it: it chooses payment by card, or types a part of the card. */
    role: z.enum(['choose-card', 'type-card']).optional(),
    at: Instant,
    /** Milliseconds. */
    took: z.number().nonnegative(),
    failure: Failure.nullable(),
  })
  .readonly();
export type StepRecord = z.infer<typeof StepRecord>;

export const Artifacts = z
  .strictObject({
    scripts: artifactOf(z.array(ObservedScript).readonly()),
    wire: artifactOf(z.array(WireMessage).readonly()),
    headers: artifactOf(z.array(DocumentHeaders).readonly()),
    frames: artifactOf(z.array(ObservedFrame).readonly()),
    forms: artifactOf(z.array(ObservedForm).readonly()),
    cardFields: artifactOf(z.array(ObservedCardField).readonly()),
    screenshots: artifactOf(z.array(Screenshot).readonly()),
    /** The two that follow are missing in older recordings. */
    acts: artifactOf(z.array(ScriptAct).readonly()).optional(),
    connections: artifactOf(z.array(Connection).readonly()).optional(),
  })
  .readonly();
export type Artifacts = z.infer<typeof Artifacts>;
export type ArtifactName = keyof Artifacts;

/** All artifacts of a visit. Its canonical JSON is what is stored and hashed. */
export const Recording = z
  .strictObject({
    version: z.literal(1),
    visit: Visit,
    /** Null when the journey was walked to its end. */
    failure: Failure.nullable(),
    steps: z.array(StepRecord).readonly(),
    artifacts: Artifacts,
  })
  .readonly();
export type Recording = z.infer<typeof Recording>;

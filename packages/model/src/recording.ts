import { z } from 'zod';
import {
  DocumentHeaders,
  ObservedCardField,
  ObservedForm,
  ObservedFrame,
  ObservedScript,
  Screenshot,
  WireMessage,
} from './artifacts.ts';
import { Canary, Persona } from './canary.ts';
import { artifactOf, Failure } from './failure.ts';
import { BlobRef, CheckId, Instant, PageId, ShopId, VisitId } from './ids.ts';

/** One run of a journey in a fresh browser context with one persona and one canary. */
export const Visit = z
  .strictObject({
    id: VisitId,
    check: CheckId,
    shop: ShopId,
    page: PageId,
    /** `check`: is the page as approved? `proof`: is card payment really off? */
    purpose: z.enum(['check', 'proof']),
    url: z.string(),
    journey: z.strictObject({ title: z.string(), blob: BlobRef }).readonly(),
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

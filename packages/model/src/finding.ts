import { z } from 'zod';
import { CardField } from './canary.ts';
import { FilePath } from './files.ts';
import { BlobRef } from './ids.ts';
import { Text } from './text.ts';

/** What a finding makes of the verdict. */
export const Grade = z.enum(['tampered', 'changed', 'unobserved']);
export type Grade = z.infer<typeof Grade>;

/** A reference into the evidence. */
export const Reference = z
  .strictObject({
    /** Untrusted: an address, a file's path, a header's name. */
    label: z.string(),
    /** The body: a script, a message, a file before or after. */
    blob: BlobRef.nullable(),
    /** Into the recording or report that was judged, an RFC 6901 pointer: `/artifacts/wire/value/12`. */
    pointer: z.string().nullable(),
    role: z.enum([
      'script',
      'message',
      'header',
      'frame',
      'form',
      'field',
      'before',
      'after',
      'file',
      'step',
      'other',
    ]),
  })
  .readonly();
export type Reference = z.infer<typeof Reference>;

/** A typed value on its way out. */
export const Leak = z
  .strictObject({
    field: CardField,
    /** Outermost first: `base64`, `url`. Empty: as typed. */
    encodings: z.array(z.string()).readonly(),
    channel: z.string(),
    destination: z.string(),
    /** Where the script came from, as far as the initiator tells. */
    script: z.string().nullable(),
  })
  .readonly();
export type Leak = z.infer<typeof Leak>;

/** One side of a difference: where it stands in the evidence and the part that differs, cut to what a reader can use. */
const Side = z
  .strictObject({
    /** The recording. */
    recording: BlobRef,
    /** Into it; null where this side has no such message. */
    pointer: z.string().nullable(),
    /** Untrusted. */
    text: z.string(),
  })
  .readonly();

/** What differs between visits that differ in nothing but the card. */
export const Difference = z
  .strictObject({
    kind: z.enum(['value', 'presence', 'count', 'order', 'length', 'timing']),
    /** Untrusted: method and address of the message without what differs. */
    message: z.string(),
    /** Untrusted: the part of it, `body /items/0/x`, `query v`, `header x-id`; empty for the message as a whole. */
    part: z.string(),
    a: Side,
    b: Side,
  })
  .readonly();
export type Difference = z.infer<typeof Difference>;

/** A line of a diff. Untrusted, cut to what a person reads. */
const DiffLine = z.strictObject({ kind: z.enum(['same', 'added', 'removed']), text: z.string() }).readonly();
const Bytes = z.strictObject({ size: z.int().nonnegative(), hash: BlobRef }).readonly();

/** What changed in a file, bounded: the bodies themselves are in the blob store. */
export const FileDiff = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('text'),
      added: z.int().nonnegative(),
      removed: z.int().nonnegative(),
      /** `before` and `after`: number of the first line, from 1. */
      hunks: z
        .array(
          z.strictObject({ before: z.int(), after: z.int(), lines: z.array(DiffLine).readonly() }).readonly(),
        )
        .readonly(),
      /** Changed lines that are not shown. */
      hidden: z.int().nonnegative(),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('binary'),
      before: Bytes.nullable(),
      after: Bytes.nullable(),
      /** Of the first byte that differs. */
      offset: z.int().nonnegative(),
      /** Sixteen bytes from there, as hexadecimal digits; empty where there are none. */
      was: z.string(),
      is: z.string(),
    })
    .readonly(),
]);
export type FileDiff = z.infer<typeof FileDiff>;

/** What is wrong, how sure, how bad, with references into the evidence. */
export const Finding = z
  .strictObject({
    /** The detector's id. */
    detector: z.string(),
    /** Names the same wrong in the next check too: detector and subject, no times or ids of visits. */
    key: z.string(),
    grade: Grade,
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    confidence: z.enum(['certain', 'likely', 'possible']),
    /** One line. */
    title: Text,
    /** What was seen, what it means, what to do. */
    detail: Text,
    references: z.array(Reference).readonly(),
    leak: Leak.nullable(),
    difference: Difference.optional(),
    diff: FileDiff.optional(),
  })
  .readonly();
export type Finding = z.infer<typeof Finding>;

export const VerdictKind = z.enum(['clean', 'changed', 'tampered', 'not-fully-observed']);
export type VerdictKind = z.infer<typeof VerdictKind>;

export const Verdict = z.strictObject({ kind: VerdictKind, reason: Text }).readonly();
export type Verdict = z.infer<typeof Verdict>;

/** Findings and verdict over one body of evidence, stored as a blob. */
export const Judgement = z
  .strictObject({
    version: z.literal(1),
    /** Recordings, a guard's report. */
    over: z.array(BlobRef).readonly(),
    baseline: BlobRef.nullable(),
    verdict: Verdict,
    findings: z.array(Finding).readonly(),
    /** Version of the rules files were judged by. */
    rules: z.int().positive().optional(),
    /**
     * Of uploads, files that come and go and that no seal knows: which of those told of are tampered with and which are
     * not (any more), and whether what is tampered with may be something else. Left out where none were told of.
     */
    uploads: z
      .strictObject({
        tampered: z.array(FilePath).readonly(),
        others: z.array(FilePath).readonly(),
        tamperedElsewhere: z.boolean(),
      })
      .readonly()
      .optional(),
  })
  .readonly();
export type Judgement = z.infer<typeof Judgement>;

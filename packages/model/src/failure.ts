import { z } from 'zod';
import { Text } from './text.ts';

/** Why something was not observed. Each names a situation a shop's engineer can act on. */
export const FailureCode = z.enum([
  'unreachable',
  'tls',
  'http-status',
  'redirect-loop',
  'never-settled',
  'download',
  'dialog',
  'crashed',
  'step-not-found',
  'step-failed',
  'timeout',
  'browser',
  'address-refused',
  'body-missing',
  'target-lost',
  'limit',
  'unreadable',
]);
export type FailureCode = z.infer<typeof FailureCode>;

/** The typed failure to observe something: a value, never silence. */
export const Failure = z
  .strictObject({
    code: FailureCode,
    /** What was wrong, where, and what to do. */
    message: Text,
    /** Zero-based index of the journey's step, where one is to blame. */
    step: z.int().nonnegative().optional(),
    /** Untrusted: the address involved. */
    url: z.string().optional(),
    /** Untrusted: the browser's or system's own words. */
    detail: z.string().optional(),
  })
  .readonly();
export type Failure = z.infer<typeof Failure>;

/** What a witness recorded, with what it knows it missed, or why it could record nothing. */
export const artifactOf = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('observed'), value, gaps: z.array(Failure).readonly() }).readonly(),
    z.strictObject({ kind: z.literal('failed'), failure: Failure }).readonly(),
  ]);
export type Artifact<T> =
  | { readonly kind: 'observed'; readonly value: T; readonly gaps: readonly Failure[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

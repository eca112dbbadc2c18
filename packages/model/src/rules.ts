import { z } from 'zod';
import { Text } from './text.ts';

/** What a file's text is read as; `config`: settings of web server and PHP, `cron`: tables of scheduled commands. */
export const RuleLanguage = z.enum(['php', 'js', 'config', 'cron', 'json']);
export type RuleLanguage = z.infer<typeof RuleLanguage>;

/** Which attack a rule is for; each has a detector. */
export const RuleKind = z.enum(['back-door', 'card-capture', 'planted-run', 'server-setting', 'scheduled']);
export type RuleKind = z.infer<typeof RuleKind>;

const Sample = z.strictObject({ path: z.string().min(1).max(200), text: z.string().max(4_000) }).readonly();
const Pattern = z.string().min(1).max(600);

/** One textual sign. Patterns are of a language that is matched in time linear to the text: see `docs/rules.md`. */
export const SignRule = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{2,60}$/),
    kind: RuleKind,
    languages: z.array(RuleLanguage).min(1).readonly(),
    /** `attack`: hardly ever in honest code. `sign`: worth a look. */
    weight: z.enum(['attack', 'sign']),
    /** Completes "code which …" and 「…コード」. */
    does: Text,
    /** Why an attacker does it. */
    reason: Text,
    /** Paths it is for; every path when left out. */
    path: Pattern.optional(),
    /** Every one of them stands in the text, */
    all: z.array(Pattern).min(1).max(6).readonly(),
    /** within so many bytes of plain text. */
    within: z.int().min(1).max(100_000).default(2_000),
    /** Must trigger it. */
    example: Sample,
    /** Must not. */
    honest: Sample,
  })
  .readonly();
export type SignRule = z.infer<typeof SignRule>;

/** A set of signs, with a number that counts up. */
export const SignRules = z
  .strictObject({
    format: z.literal(1),
    version: z.int().positive(),
    /** Named parts of patterns, used as `{{NAME}}`. */
    parts: z.record(z.string().regex(/^[A-Z_]{1,20}$/), Pattern).readonly(),
    rules: z.array(SignRule).min(1).max(500).readonly(),
  })
  .readonly();
export type SignRules = z.infer<typeof SignRules>;

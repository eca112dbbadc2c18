import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** A short name a person chose in the configuration: lower case, digits, `-`. */
const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and "-" (at most 63)');

/** An id Komainu made: a prefix, a time that sorts, 64 random bits. */
const made = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{9}[0-9a-f]{16}$`));

export const ShopId = slug.brand('ShopId');
export type ShopId = z.infer<typeof ShopId>;
export const PageId = slug.brand('PageId');
export type PageId = z.infer<typeof PageId>;
export const RootId = slug.brand('RootId');
export type RootId = z.infer<typeof RootId>;
export const GuardianId = slug.brand('GuardianId');
export type GuardianId = z.infer<typeof GuardianId>;

export const VisitId = made('visit').brand('VisitId');
export type VisitId = z.infer<typeof VisitId>;
export const CheckId = made('check').brand('CheckId');
export type CheckId = z.infer<typeof CheckId>;
export const IncidentId = made('incident').brand('IncidentId');
export type IncidentId = z.infer<typeof IncidentId>;
export const ReportId = made('report').brand('ReportId');
export type ReportId = z.infer<typeof ReportId>;

/** `sha256:` and 64 hex digits: the address of bytes in the content-addressed store. */
export const BlobRef = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .brand('BlobRef');
export type BlobRef = z.infer<typeof BlobRef>;

/** A guard's Ed25519 public key: its 32 bytes in base64. */
export const GuardKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/)
  .brand('GuardKey');
export type GuardKey = z.infer<typeof GuardKey>;

/** A UTC instant to the millisecond, `2026-11-22T12:00:00.000Z`; strings sort as the instants do. */
export const Instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .brand('Instant');
export type Instant = z.infer<typeof Instant>;

/** The instant of `ms` milliseconds since 1970-01-01T00:00:00Z; now when left out. */
export const instant = (ms: number = Date.now()): Instant => new Date(ms).toISOString() as Instant;

interface MadeIds {
  readonly visit: VisitId;
  readonly check: CheckId;
  readonly incident: IncidentId;
  readonly report: ReportId;
}

/** A new id of the kind asked for; ids made later sort later (to the millisecond). */
export const newId = <K extends keyof MadeIds>(kind: K, ms: number = Date.now()): MadeIds[K] =>
  `${kind}_${ms.toString(36).padStart(9, '0')}${randomBytes(8).toString('hex')}` as MadeIds[K];

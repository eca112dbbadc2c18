import { z } from 'zod';
import { CardField } from './canary.ts';
import { BlobRef, Instant, PageId, ShopId } from './ids.ts';

/** PCI DSS 6.4.3 asks for an owner and a written justification of every script; null says nobody has given one yet. */
const accounted = { owner: z.string().nullable(), justification: z.string().nullable() };

/**
 * A body that is the same on every load but for short opaque values in quotes, or numbers: the request id baked into
 * an advertisement tag. The body is cut into runs of `[0-9A-Za-z_-]` and what lies between; `holes` are the runs that
 * may differ, counted from 0, `hash` is the SHA-256 of the body with those runs empty.
 */
export const ApprovedShape = z
  .strictObject({ hash: BlobRef, holes: z.array(z.int().nonnegative()).min(1).readonly() })
  .readonly();
export type ApprovedShape = z.infer<typeof ApprovedShape>;

export const ApprovedScript = z
  .strictObject({
    /** Origin and path without query; for code without an address `inline:` and the frame's origin and path. */
    where: z.string(),
    /** SHA-256 of the approved bodies; empty: any body (a supplier that changes its script daily), by decision. */
    hashes: z.array(BlobRef).readonly(),
    /** Set where the approved visits themselves saw bodies that differ on every load. */
    shape: ApprovedShape.optional(),
    /** Card fields it may read; left out: none. */
    reads: z.array(CardField).readonly().optional(),
    ...accounted,
  })
  .readonly();
export type ApprovedScript = z.infer<typeof ApprovedScript>;

/** Card data may go to exactly this call, these fields only. */
export const CardGrant = z
  .strictObject({
    method: z.string(),
    path: z.string(),
    fields: z.array(CardField).min(1).readonly(),
    /**
     * What says on whose behalf the call is made (the merchant's public key, the shop's number at the provider): the
     * part of the message (`header authorization`, `query key`, `body /merchant`) and its value. A call with another
     * value is somebody else's.
     */
    keys: z
      .array(z.strictObject({ part: z.string(), value: z.string() }).readonly())
      .readonly()
      .optional(),
  })
  .readonly();
export type CardGrant = z.infer<typeof CardGrant>;

/** How much a message gives away of a card, least first; each includes those before it. */
export const CardPart = z.enum(['length', 'brand', 'first-six', 'last-four']);
export type CardPart = z.infer<typeof CardPart>;

export const ApprovedDestination = z
  .strictObject({
    origin: z.string(),
    cards: z.array(CardGrant).readonly(),
    /** How much of the card may be told to it besides. Left out: nothing. */
    reveals: CardPart.optional(),
    ...accounted,
  })
  .readonly();
export type ApprovedDestination = z.infer<typeof ApprovedDestination>;

/** What is approved for one payment page. */
export const Baseline = z
  .strictObject({
    version: z.literal(1),
    shop: ShopId,
    page: PageId,
    approvedBy: z.string(),
    approvedAt: Instant,
    /** The recording it was drawn from. */
    from: BlobRef,
    scripts: z.array(ApprovedScript).readonly(),
    destinations: z.array(ApprovedDestination).readonly(),
    /** Security headers per document (origin and path); a value may hold `{{nonce}}`. */
    headers: z
      .array(
        z
          .strictObject({ document: z.string(), name: z.string(), values: z.array(z.string()).readonly() })
          .readonly(),
      )
      .readonly(),
    /** Origins (with path) of frames. */
    frames: z.array(z.string()).readonly(),
    /** Where forms may point: the document and the action, each origin and path. */
    forms: z.array(z.strictObject({ document: z.string(), action: z.string() }).readonly()).readonly(),
    /** Where a card is typed: field and the origin of the frame that owns it. */
    cardFields: z.array(z.strictObject({ field: CardField, origin: z.string() }).readonly()).readonly(),
  })
  .readonly();
export type Baseline = z.infer<typeof Baseline>;

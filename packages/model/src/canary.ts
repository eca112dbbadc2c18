import { z } from 'zod';

/** The fields of a card form. */
export const CardField = z.enum(['number', 'expiry', 'code', 'holder']);
export type CardField = z.infer<typeof CardField>;

/**
 * The synthetic card and shopper typed during one visit. The number is Luhn-valid, looks like an ordinary issued
 * card, stands on no public list of test numbers and in no range given to an issuer.
 */
export const Canary = z
  .strictObject({
    card: z
      .strictObject({
        number: z.string().regex(/^\d{14,19}$/),
        /** Month and two-digit year, `MM/YY`. */
        expiry: z.string().regex(/^\d\d\/\d\d$/),
        code: z.string().regex(/^\d{3,4}$/),
        holder: z.string(),
      })
      .readonly(),
    shopper: z
      .strictObject({
        familyName: z.string(),
        givenName: z.string(),
        familyKana: z.string(),
        givenKana: z.string(),
        postcode: z.string(),
        prefecture: z.string(),
        city: z.string(),
        street: z.string(),
        phone: z.string(),
        email: z.string(),
      })
      .readonly(),
  })
  .readonly();
export type Canary = z.infer<typeof Canary>;

/** Who the visitor seems to be. */
export const Persona = z
  .strictObject({
    id: z.string(),
    device: z.enum(['desktop', 'mobile']),
    viewport: z.strictObject({ width: z.int().positive(), height: z.int().positive() }).readonly(),
    /** BCP 47 tags, most wanted first. */
    languages: z.array(z.string()).min(1).readonly(),
    timeZone: z.string(),
    referrer: z.string().nullable(),
    /** Has been here before: cookies and storage of an earlier visit are there. Left out: a first visit. */
    returning: z.boolean().optional(),
    /** Minutes its clock is ahead of ours: a visitor at night, at a weekend. Left out: none. */
    clockShift: z.int().optional(),
  })
  .readonly();
export type Persona = z.infer<typeof Persona>;

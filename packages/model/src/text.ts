import { z } from 'zod';

/** A sentence for people, in both of the product's languages. Plain text: whoever renders it escapes it. */
export const Text = z.strictObject({ en: z.string(), ja: z.string() }).readonly();
export type Text = z.infer<typeof Text>;

export type Language = keyof Text;

export const text = (en: string, ja: string): Text => ({ en, ja });

import { z } from 'zod';

/** Chrome DevTools Recorder: alternatives of a selector, each a chain through shadow roots. */
const Selectors = z.array(z.union([z.string(), z.array(z.string()).min(1)])).min(1);

const base = {
  /** Child indexes from the main frame down to the frame meant. */
  frame: z.array(z.int().nonnegative()).optional(),
  target: z.string().optional(),
  timeout: z.number().positive().optional(),
  assertedEvents: z.array(z.unknown()).optional(),
};
const click = {
  ...base,
  /**
   * Komainu's own: `choose-card` marks the click that chooses payment by card. A step that finds nothing is proof of a
   * halt only there.
   */
  role: z.literal('choose-card').optional(),
  selectors: Selectors,
  offsetX: z.number().optional(),
  offsetY: z.number().optional(),
  button: z.enum(['primary', 'auxiliary', 'secondary', 'back', 'forward']).optional(),
  deviceType: z.enum(['mouse', 'pen', 'touch']).optional(),
  duration: z.number().optional(),
};

/** The steps of Chrome DevTools Recorder that Komainu walks; members it does not know are refused by name. */
export const Step = z.discriminatedUnion('type', [
  z.strictObject({
    ...base,
    type: z.literal('setViewport'),
    width: z.number(),
    height: z.number(),
    deviceScaleFactor: z.number().optional(),
    isMobile: z.boolean().optional(),
    hasTouch: z.boolean().optional(),
    isLandscape: z.boolean().optional(),
  }),
  z.strictObject({ ...base, type: z.literal('navigate'), url: z.string() }),
  z.strictObject({ ...click, type: z.literal('click') }),
  z.strictObject({ ...click, type: z.literal('doubleClick') }),
  z.strictObject({ ...base, type: z.literal('hover'), selectors: Selectors }),
  z.strictObject({ ...base, type: z.literal('change'), selectors: Selectors, value: z.string() }),
  z.strictObject({ ...base, type: z.literal('keyDown'), key: z.string() }),
  z.strictObject({ ...base, type: z.literal('keyUp'), key: z.string() }),
  z.strictObject({
    ...base,
    type: z.literal('scroll'),
    selectors: Selectors.optional(),
    x: z.number().optional(),
    y: z.number().optional(),
  }),
  z.strictObject({
    ...base,
    type: z.literal('waitForElement'),
    selectors: Selectors,
    operator: z.enum(['>=', '==', '<=']).optional(),
    count: z.int().nonnegative().optional(),
    visible: z.boolean().optional(),
  }),
  z.strictObject({ ...base, type: z.literal('waitForExpression'), expression: z.string() }),
]);
export type Step = z.infer<typeof Step>;

/**
 * The steps to a payment page, as Chrome DevTools Recorder exports them. Values may hold `{{origin}}`,
 * `{{canary.number|expiry|code|holder}}` and `{{shopper.…}}`, filled in anew for every visit.
 */
export const Journey = z.strictObject({
  title: z.string(),
  timeout: z.number().positive().optional(),
  steps: z.array(Step).min(1),
});
export type Journey = z.infer<typeof Journey>;

/** Six digits a canary's number starts with. */
export interface Prefix {
  readonly prefix: string;
  readonly brand: 'visa' | 'mastercard';
  /** How many six-digit numbers to the nearest issuer's on either side, in the list named below. */
  readonly alone: number;
}

/**
 * Issuer numbers nobody was found to have been given: the middle of the widest gaps of the public list
 * https://github.com/binlist/data (`ranges.csv` of 2017-03, 5,805 rows). No public list is complete, and a scheme may
 * give them out any day; therefore the number is only typed, never sent to a provider (the payment call is answered by
 * the probe), and a shop can have a closed card of its own instead.
 *
 * None is on a provider's list of test numbers, which skimmers know and leave out. The leading digits are those of
 * the two brands skimmers look for first (`^4`, `^5[1-5]`).
 */
export const PREFIXES: readonly Prefix[] = [
  { prefix: '488146', brand: 'visa', alone: 693 },
  { prefix: '471112', brand: 'visa', alone: 399 },
  { prefix: '499539', brand: 'visa', alone: 357 },
  { prefix: '496322', brand: 'visa', alone: 301 },
  { prefix: '494639', brand: 'visa', alone: 299 },
  { prefix: '495726', brand: 'visa', alone: 295 },
  { prefix: '469843', brand: 'visa', alone: 288 },
  { prefix: '437052', brand: 'visa', alone: 250 },
  { prefix: '466555', brand: 'visa', alone: 246 },
  { prefix: '459663', brand: 'visa', alone: 244 },
  { prefix: '555393', brand: 'mastercard', alone: 388 },
  { prefix: '553294', brand: 'mastercard', alone: 342 },
  { prefix: '537467', brand: 'mastercard', alone: 297 },
  { prefix: '536707', brand: 'mastercard', alone: 283 },
  { prefix: '539348', brand: 'mastercard', alone: 265 },
  { prefix: '538308', brand: 'mastercard', alone: 265 },
  { prefix: '554159', brand: 'mastercard', alone: 230 },
  { prefix: '535662', brand: 'mastercard', alone: 212 },
];

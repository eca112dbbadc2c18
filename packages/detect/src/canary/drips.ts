import { arranged } from './split.ts';
import type { Slot } from './slots.ts';

/** One message's slots, with its place in the wire artifact. */
export interface Slotted {
  readonly index: number;
  readonly slots: readonly Slot[];
}
/** A text that several messages make together. */
export interface Drip {
  readonly texts: readonly string[];
  /** The messages, in the order sent. */
  readonly indices: readonly number[];
  /** The part of the message. */
  readonly place: string;
}

/** Values put together in one slot; a number and its companions, a character at a time, in base64. */
const MAX_SERIES = 512;
/** Orders tried of one series: slots that count. */
const MAX_ORDERS = 4;
const MAX_SERIES_COUNT = 5000;
const LEAST_LENGTH = 8;

/**
 * A few characters a message, many messages: each is nothing, together they are the number. One series a slot, in the
 * order sent and in the order that any slot of the same messages counts in.
 */
export function drips(messages: readonly Slotted[]): readonly Drip[] {
  const series = new Map<string, { index: number; value: string }[]>();
  const at = new Map<number, ReadonlyMap<string, string>>();
  for (const { index, slots } of messages) {
    const own = new Map<string, string>();
    for (const { key, value } of slots) own.set(key, (own.get(key) ?? '') + value);
    at.set(index, own);
    for (const [key, value] of own) {
      const known = series.get(key);
      if (known === undefined) series.set(key, [{ index, value }]);
      else if (known.length < MAX_SERIES) known.push({ index, value });
    }
  }
  const out: Drip[] = [];
  for (const [key, rows] of series) {
    if (out.length >= MAX_SERIES_COUNT) break;
    if (rows.length < 2 || rows.reduce((sum, { value }) => sum + value.length, 0) < LEAST_LENGTH) continue;
    // The same value in every message is a version or a session.
    if (new Set(rows.map(({ value }) => value)).size < 2) continue;
    const values = rows.map(({ value }) => value);
    const texts = new Set(arranged(rows.map(({ value }, i) => ({ key: `k${i}`, value }))));
    texts.add(values.join(','));
    for (const places of counting(rows, at, key)) {
      const sorted = rows.map(({ value }, i) => ({ key: `k${places[i] ?? 0}`, value })).toSorted(byKey);
      for (const text of arranged(sorted)) texts.add(text);
      texts.add(sorted.map(({ value }) => value).join(','));
    }
    out.push({
      texts: [...texts].filter((text) => text.length >= LEAST_LENGTH),
      indices: rows.map(({ index }) => index),
      place: key.split(' ')[0] ?? '',
    });
  }
  return out;
}

const byKey = (a: { readonly key: string }, b: { readonly key: string }): number =>
  Number(a.key.slice(1)) - Number(b.key.slice(1));

/** Slots of the same messages that hold a different whole number in each: what may say where a piece belongs. */
function counting(
  rows: readonly { readonly index: number }[],
  at: ReadonlyMap<number, ReadonlyMap<string, string>>,
  own: string,
): readonly (readonly number[])[] {
  const [first] = rows;
  const out: number[][] = [];
  for (const [key, value] of first === undefined ? [] : (at.get(first.index) ?? [])) {
    if (key === own || !/^\d{1,15}$/.test(value) || out.length >= MAX_ORDERS) continue;
    const places = rows.map(({ index }) => Number(at.get(index)?.get(key) ?? Number.NaN));
    if (places.every((place) => Number.isInteger(place)) && new Set(places).size === places.length)
      out.push(places);
  }
  return out;
}

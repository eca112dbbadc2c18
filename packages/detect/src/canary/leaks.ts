import type { Canary, CardField, WireMessage } from '@komainu/model';
import type { Bodies } from '../define.ts';
import { reversed } from './bytes.ts';
import { companions } from './fields.ts';
import { placesOf } from './places.ts';
import { type Found, type Search, searchFor } from './search.ts';

/** Typed values found in one message. */
export interface Sighted {
  readonly message: WireMessage;
  /** Its place in the wire artifact. */
  readonly index: number;
  readonly fields: readonly CardField[];
  /** Of the number; outermost first. */
  readonly encodings: readonly string[];
  /** Which part of the message. */
  readonly place: string;
}

export interface Leaks {
  readonly sighted: readonly Sighted[];
  /** Messages too large or too nested to be read to the end. */
  readonly exhausted: readonly { readonly message: WireMessage; readonly index: number }[];
}

/**
 * Bytes read for one visit, decodings counted; a busy page takes some tens of megabytes. Past that a message is only
 * looked at as it stands, and counts as not read.
 */
const MAX_VISIT = 256 * 1024 * 1024;

/** Finds the canary card in everything a visit sent. */
export function leaksOf(canary: Canary, wire: readonly WireMessage[], bodies: Bodies): Leaks {
  const search = remembered(searchFor(canary.card));
  const others = companions(canary.card);
  const sighted: Sighted[] = [];
  const exhausted: { message: WireMessage; index: number }[] = [];
  for (const [index, message] of wire.entries()) {
    const places = placesOf(message, bodies);
    let tired = false;
    for (const { name, text } of places) {
      const result = search(text);
      if (result.kind === 'exhausted') tired = true;
      if (result.kind !== 'found') continue;
      // Other parts of the same message may carry the rest: the number in the path, the code in the query.
      const views = [...result.views, ...places.map((place) => place.text)];
      sighted.push({
        message,
        index,
        fields: ['number', ...others(views)],
        encodings: result.encodings,
        place: name,
      });
      break;
    }
    if (tired) exhausted.push({ message, index });
  }
  return { sighted: [...sighted, ...drips(canary, wire, bodies, sighted)], exhausted };
}

/** The same cookies and headers go out with every request: read once. All reading of a visit comes out of one purse. */
function remembered(search: Search): Search {
  const known = new Map<string, Found>();
  let left = MAX_VISIT;
  const paid = (text: string): Found => {
    const result = search(text, left);
    left = Math.max(0, left - result.read);
    return result;
  };
  return (text) => {
    const result = known.get(text) ?? paid(text);
    known.set(text, result);
    return result;
  };
}

/** A few characters a message, many messages to one address: each is nothing, in their order they are the number. */
function drips(
  canary: Canary,
  wire: readonly WireMessage[],
  bodies: Bodies,
  found: readonly Sighted[],
): readonly Sighted[] {
  const series = new Map<string, { value: string; last: Sighted }>();
  const whole = new Set(found.map((one) => one.index));
  for (const [index, message] of wire.entries()) {
    if (whole.has(index)) continue;
    for (const { name, text } of placesOf(message, bodies)) {
      if (name !== 'query' && name !== 'body' && name !== 'frame') continue;
      if (text.length > 4096) continue;
      for (const [key, value] of pairs(text)) {
        if (value.length > 6) continue;
        const stream = `${message.method} ${message.url.split('?')[0] ?? ''} ${name} ${key}`;
        const last = { message, index, fields: ['number'], encodings: ['drip'], place: name } as const;
        series.set(stream, { value: (series.get(stream)?.value ?? '') + value, last });
      }
    }
  }
  const windows = [canary.card.number.slice(0, 12), canary.card.number.slice(-12)];
  return [...series.values()]
    .filter(({ value }) => windows.some((run) => value.includes(run) || reversed(value).includes(run)))
    .map(({ last }) => last);
}

/** Named values of a query, form or flat JSON text; a text with no names is one value. */
function pairs(text: string): readonly (readonly [string, string])[] {
  const named = [...text.matchAll(/([A-Za-z0-9_.[\]-]{1,40})"?\s*[=:]\s*"?([^&",;{}\s]{1,40})/g)];
  if (named.length === 0) return [['', text]];
  return named.slice(0, 200).map(([, key = '', value = '']) => [key, value]);
}

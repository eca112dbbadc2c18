import type { Canary, CardField, CardPart, WireMessage } from '@komainu/model';
import type { Bodies } from '../define.ts';
import { decipher } from './ciphers.ts';
import { drips } from './drips.ts';
import { companions } from './fields.ts';
import { partsOf } from './parts.ts';
import { type Place, placesOf, together } from './places.ts';
import { salted } from './salted.ts';
import { BYTES, type Found, isGuess, type Looked, type Search, searchFor } from './search.ts';
import { type Slot, slotsOf } from './slots.ts';
import { arranged } from './split.ts';

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
  /**
   * `likely`: not the value itself was seen but its likeness (its repeats under other characters, what a key leaves of
   * it, ten of its digits). Left out: certain.
   */
  readonly confidence?: 'certain' | 'likely';
  /** For a likeness: how many such finds honest traffic as large as the visit's would give. */
  readonly chance?: number;
}

/** A part of the number told in a message that does not hold all of it. */
interface PartlyTold {
  readonly message: WireMessage;
  readonly index: number;
  readonly part: CardPart;
  readonly place: string;
}

export interface Leaks {
  readonly sighted: readonly Sighted[];
  /** Messages too large or too nested to be read to the end. */
  readonly exhausted: readonly { readonly message: WireMessage; readonly index: number }[];
  /** What else of the number is told for certain, a message that holds it whole left out. */
  readonly parts: readonly PartlyTold[];
}

/**
 * Bytes read for one visit, decodings counted; a busy page takes some megabytes. Past that a message is only
 * looked over.
 */
const MAX_VISIT = 64 * 1024 * 1024;
/** Bytes in which ciphers are looked for; longer texts are not. */
const MAX_CIPHERED = 16 * 1024 * 1024;
/** Bytes read of what messages make together. */
const MAX_DRIPS = 8 * 1024 * 1024;
const MAX_DRIP_LAYERS = 2;
/** Longer texts are no salt. */
const MAX_SALT = 128;

/** A visit is asked for by several: the detector, the flows, the draft. */
const remembered = new WeakMap<
  readonly WireMessage[],
  { readonly of: Canary; readonly bodies: Bodies; readonly leaks: Leaks }
>();

/** Finds the canary card in everything a visit sent. */
export function leaksOf(canary: Canary, wire: readonly WireMessage[], bodies: Bodies): Leaks {
  const known = remembered.get(wire);
  if (known?.of === canary && known.bodies === bodies) return known.leaks;
  const leaks = search(canary, wire, bodies);
  remembered.set(wire, { of: canary, bodies, leaks });
  return leaks;
}

/** A message as it is read: its parts, and what was looked at in them without result. */
interface Read {
  readonly message: WireMessage;
  readonly index: number;
  readonly places: readonly Place[];
  readonly absent: readonly { readonly place: string; readonly looked: readonly Looked[] }[];
}

function search(canary: Canary, wire: readonly WireMessage[], bodies: Bodies): Leaks {
  const { card } = canary;
  const find = searchFor(card);
  const once = purse(find);
  const others = companions(card);
  const told = partsOf(card);
  const sighted = new Map<number, Sighted>();
  const exhausted: { message: WireMessage; index: number }[] = [];
  const rest: Read[] = [];
  for (const [index, message] of wire.entries()) {
    const places = placesOf(message, bodies);
    const joined = arranged(together(places)).map((text) => ({ name: 'parts', text }));
    const absent: { place: string; looked: readonly Looked[] }[] = [];
    let tired = false;
    for (const { name, text } of [...places, ...joined]) {
      const result = name === 'parts' ? find(text, text.length, 0) : once(text);
      if (result.kind === 'exhausted') tired = true;
      if (result.kind !== 'found' && name === 'parts') continue;
      if (result.kind !== 'found') {
        absent.push({ place: name, looked: result.looked });
        continue;
      }
      // Other parts of the same message may carry the rest: the number in the path, the code in the query.
      const views = [...result.views, ...places.map((place) => place.text)];
      sighted.set(index, {
        message,
        index,
        fields: ['number', ...others(views)],
        encodings: result.encodings,
        place: name,
        ...(result.likely === true ? { confidence: 'likely' } : {}),
      });
      break;
    }
    if (tired) exhausted.push({ message, index });
    if (!sighted.has(index)) rest.push({ message, index, places, absent });
  }
  const keep = (one: Sighted): void => {
    if (!sighted.has(one.index)) sighted.set(one.index, one);
  };
  for (const one of likenesses(canary, rest, others)) keep(one);
  for (const one of series(
    rest.filter(({ index }) => !sighted.has(index)),
    find,
    others,
  ))
    keep(one);
  return {
    sighted: [...sighted.values()].toSorted((a, b) => a.index - b.index),
    exhausted,
    parts: rest.flatMap((one) => (sighted.has(one.index) ? [] : partly(one, told))),
  };
}

/** The same cookies and headers go out with every request: read once. All reading of a visit comes out of one purse. */
function purse(find: Search): (text: string) => Found {
  const known = new Map<string, Found>();
  let left = MAX_VISIT;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = find(text, left);
    left = Math.max(0, left - result.read);
    known.set(text, result);
    return result;
  };
}

/** Ciphers and salted digests, in everything that gave nothing by itself. */
function likenesses(
  { card }: Canary,
  rest: readonly Read[],
  others: ReturnType<typeof companions>,
): readonly Sighted[] {
  const legible = new Set<string>();
  const bytes = new Set<string>();
  let left = MAX_CIPHERED;
  for (const { absent } of rest)
    for (const { looked } of absent)
      for (const { text, path } of looked) {
        if (isGuess(path) || legible.has(text) || bytes.has(text) || text.length > left || text.length < 10)
          continue;
        left -= text.length;
        (path.at(-1) === BYTES ? bytes : legible).add(text);
      }
  const list = [...legible, ...bytes];
  const texts = new Map(list.map((text, i) => [text, i]));
  const found = new Map<
    number,
    Pick<Sighted, 'encodings' | 'confidence' | 'chance'> & { readonly views: readonly string[] }
  >();
  for (const { text, encodings } of salted(card, list, saltsOf(rest)))
    found.set(text, { encodings, views: [] });
  for (const { text, encodings, chance, views } of decipher(card, list, legible.size))
    if (!found.has(text)) found.set(text, { encodings, views, chance, confidence: 'likely' });
  if (found.size === 0) return [];
  return rest.flatMap(({ message, index, places, absent }) => {
    for (const { place, looked } of absent)
      for (const { text, path } of looked) {
        const hit = found.get(texts.get(text) ?? -1);
        if (hit === undefined || isGuess(path)) continue;
        const { views, encodings, ...how } = hit;
        const fields = others([...views, ...places.map((one) => one.text)]);
        return [
          {
            message,
            index,
            place,
            fields: ['number', ...fields],
            encodings: [...path, ...encodings],
            ...how,
          },
        ];
      }
    return [];
  });
}

/** What a page has at hand to season a digest with: hosts, cookies, short values, the likeliest first. */
function saltsOf(rest: readonly Read[]): readonly string[] {
  const salts = new Set<string>();
  for (const { message, places } of rest) {
    const url = URL.parse(message.url);
    const page = URL.parse(message.frameUrl);
    for (const salt of [url?.hostname, page?.hostname, url?.origin, page?.origin]) salts.add(salt ?? '');
    for (const { name, text } of places)
      if (name === 'cookie')
        for (const pair of text.split('; ')) salts.add(pair.slice(pair.indexOf('=') + 1));
  }
  for (const { message, places } of rest)
    for (const { value } of slotsOf(message, places)) if (salts.size < MAX_SALTS) salts.add(value);
  salts.delete('');
  return [...salts].filter((salt) => salt.length <= MAX_SALT);
}
const MAX_SALTS = 1200;

/** What messages make together. */
function series(
  rest: readonly Read[],
  find: Search,
  others: ReturnType<typeof companions>,
): readonly Sighted[] {
  const known = new Map<number, Read>(rest.map((one) => [one.index, one]));
  const slotted = rest.map(({ message, index, places }): { index: number; slots: readonly Slot[] } => ({
    index,
    slots: slotsOf(message, places),
  }));
  let left = MAX_DRIPS;
  return drips(slotted).flatMap(({ texts, indices, place }): readonly Sighted[] => {
    for (const [i, text] of texts.entries()) {
      if (left <= 0) return [];
      // Pieces that were put in another order are taken as they are then; as sent, they may make an encoded text.
      const result = find(text, left, i === 0 ? MAX_DRIP_LAYERS : 0);
      left -= result.read;
      const last = known.get(indices.at(-1) ?? -1);
      if (result.kind !== 'found' || result.likely === true || last === undefined) continue;
      const { message, index } = last;
      return [
        {
          message,
          index,
          fields: ['number', ...others(result.views)],
          encodings: ['drip', ...result.encodings.filter((name) => name !== 'reversed')],
          place,
        },
      ];
    }
    return [];
  });
}

/** The most that one message tells. */
function partly(
  { message, index, absent }: Read,
  told: (text: string) => CardPart | null,
): readonly PartlyTold[] {
  const order: readonly CardPart[] = ['length', 'brand', 'first-six', 'last-four'];
  const all = absent.flatMap(({ place, looked }) =>
    looked.flatMap(({ text, path }) => {
      const part = isGuess(path) ? null : told(text);
      return part === null ? [] : [{ message, index, part, place }];
    }),
  );
  const [most] = all.toSorted((a, b) => order.indexOf(b.part) - order.indexOf(a.part));
  return most === undefined ? [] : [most];
}

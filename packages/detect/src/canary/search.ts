import type { Canary } from '@komainu/model';
import { hex, legible64 } from './decode/radix.ts';
import { ENCODINGS, GAMES, isPromising, LAST_RESORTS } from './encodings.ts';
import { type Finder, finder } from './finder.ts';
import { leavesOf } from './leaves.ts';
import { type Needle, needlesOf } from './needles.ts';
import { KIND, type Scan, SHORTEST_RUN, scan } from './scan.ts';
import { arranged, LONGEST_PIECE, type Piece } from './split.ts';

/** A reading of a text that shows nothing, and how it was come by: outermost encoding first. */
export interface Looked {
  readonly text: string;
  readonly path: readonly string[];
}
/** `exhausted`: not read to the end; `read`: bytes, all decodings counted. */
export type Found = { readonly read: number } & (
  | {
      readonly kind: 'found';
      /** Outermost first; empty: as typed. */
      readonly encodings: readonly string[];
      /** The decoded byte texts that were read up to there, the one that shows it last. */
      readonly views: readonly string[];
      /** Not the value itself but what is like it in one case of many millions. */
      readonly likely?: boolean;
    }
  | { readonly kind: 'absent' | 'exhausted'; readonly looked: readonly Looked[] }
);
/** `layers`: how many encodings are taken off; 0 looks at the text as it stands. */
export type Search = (text: string, allowance?: number, layers?: number) => Found;

/** Readings that are guesses of ours, not the page's own writing. */
export const isGuess = (path: readonly string[]): boolean => path.some((name) => GUESSES.has(name));

/** Layers that are taken off one by one; the needles add one or two more below. */
const MAX_LAYERS = 3;
/** Bytes read for one text, all its decodings counted. */
const MAX_READ = 32 * 1024 * 1024;
/** Tries at undoing a compression that does not say it is one, for one visit. */
const MAX_TRIES = 400;
/** Larger texts are not played with. */
const MAX_GAME = 64 * 1024;
const MAX_TRY = 16 * 1024;
const ALWAYS_TURNED = 256;
/** The name of the reading that puts bytes together. */
export const BYTES = 'bytes';
/** Between bytes that are looked at together. */
export const BETWEEN_PIECES = '\n\0\n';
/** The name of the reading that joins the values of a form or of JSON. */
const SPLIT = 'split';
/** Encodings that give the whole text again, a little plainer. */
const WHOLE: ReadonlySet<string> = new Set([
  'url',
  'json',
  'html',
  'quoted-printable',
  'utf-16',
  'utf-8',
  'utf-7',
  'digits',
]);
/** Readings that are guesses of ours. */
const GUESSES: ReadonlySet<string> = new Set([SPLIT, ...GAMES.map(({ name }) => name)]);
/** Escapes backwards. */
const TURNED = /[0-9a-f]{2}%[0-9a-f]{2}%(?![0-9a-f]{2})|;[0-9a-f]{2,5}x?#&|[0-9a-f]{2}[ux]\\(?![ux])/i;

interface Known {
  readonly texts: readonly Needle[];
  readonly raw: readonly Needle[];
  readonly inTexts: Finder;
  readonly inBytes: Finder;
}
/** Needles cost some milliseconds; the same visit is read by several who ask. */
const prepared = new Map<string, Known>();
function prepare(card: Canary['card']): Known {
  const key = JSON.stringify(card);
  const found = prepared.get(key);
  if (found !== undefined) return found;
  const { texts, raw } = needlesOf(card);
  const known: Known = {
    texts,
    raw,
    inTexts: finder(texts.map(({ text }) => text)),
    inBytes: finder(raw.map(({ text }) => text)),
  };
  const [oldest] = prepared.keys();
  if (prepared.size >= 4 && oldest !== undefined) prepared.delete(oldest);
  prepared.set(key, known);
  return known;
}

interface View extends Looked {
  /** Decodings; the joining of values and a game with the characters do not count. */
  readonly layers: number;
}

/** Looks for one card's number under every composition of the known encodings, breadth first, within a fixed cost. */
export function searchFor(card: Canary['card']): Search {
  const { texts, raw, inTexts, inBytes } = prepare(card);
  let tries = MAX_TRIES;
  const alone = new RegExp(`(?<![0-9])${Array.from(card.number.slice(6)).join('[ -]?')}(?![0-9])`);
  /** The plainest reading among the needles that stand in a text. */
  const best = (text: string, { joined, length, binary }: Scan): Needle | null => {
    const hits: Needle[] = [];
    const add = (needle: Needle | undefined): void => {
      if (needle === undefined) return;
      if (needle.tail === true && needle.encodings.length === 0 && !alone.test(text)) return;
      hits.push(needle);
    };
    for (const index of inTexts(joined, length)) add(texts[index]);
    if (hits.length === 0 && binary > 0) {
      const bytes = Buffer.from(text, 'latin1');
      for (const index of inBytes(bytes, bytes.length)) add(raw[index]);
    }
    const weight = ({ tail, encodings }: Needle): number => encodings.length + (tail === true ? 10 : 0);
    return hits.sort((a, b) => weight(a) - weight(b))[0] ?? null;
  };

  return (text, allowance = MAX_READ, layers = MAX_LAYERS) => {
    const queue: View[] = [{ text, path: [], layers: 0 }];
    const seen = new Set([text]);
    const views: string[] = [];
    const looked: Looked[] = [];
    const limit = Math.min(MAX_READ, allowance);
    let read = text.length;
    let cut = false;
    const take = (next: string, path: readonly string[], layers: number): void => {
      if (next.length < 8 || seen.has(next)) return;
      read += next.length;
      if (read > limit) return;
      seen.add(next);
      queue.push({ text: next, path, layers });
    };
    for (const view of queue) {
      if (read > limit) return { kind: 'exhausted', read, looked };
      const last = view.path.at(-1);
      const seenIn = scan(view.text);
      const inner = best(view.text, seenIn);
      // Values run together have lost their borders: nothing else is looked for in them unless the number is there.
      if (last !== SPLIT || inner !== null) views.push(view.text);
      if (inner !== null)
        return {
          kind: 'found',
          read,
          encodings: [...view.path, ...inner.encodings],
          views: [...views, ...opened(view.text, inner.encodings)],
          ...(inner.tail === true ? { likely: true } : {}),
        };
      looked.push(view);
      if (layers === 0) continue;
      const leaves = last === SPLIT || last === 'reversed' ? null : leavesOf(view.text);
      if (leaves !== null) {
        cut ||= leaves.cut;
        for (const one of joinedOf(leaves.pieces)) take(one, [...view.path, SPLIT], view.layers);
      }
      if (view.layers >= layers) continue;
      // What was put together or turned over is read on where that makes sense, and not guessed at.
      const guess = !isGuess(view.path);
      const opaque: string[] = guess && leaves !== null ? bytesAmong(leaves.pieces) : [];
      if (view.layers === 0 && seenIn.binary > 0) opaque.push(view.text);
      for (const { name, decode } of ENCODINGS) {
        // Pieces that were escaped one by one are put together after the escapes are undone.
        if (last === SPLIT && WHOLE.has(name)) continue;
        // The escapes of an address are how anything is sent in it.
        const texts = safely(() => decode(view.text, seenIn));
        cut ||= texts === null;
        for (const next of texts ?? [])
          if (WHOLE.has(name) || isPromising(next))
            take(
              next,
              [...view.path, name],
              view.layers + (name === 'url' && view.path.length === 0 ? 0 : 1),
            );
          else if (guess && next.length >= 8) opaque.push(next);
      }
      for (const piece of opaque) {
        // The value of a form or of JSON that says itself what it is.
        if (isPromising(piece) && piece.length < view.text.length) take(piece, view.path, view.layers);
        if (tries <= 0) break;
        if (piece.length < 8 || piece.length > MAX_TRY) continue;
        tries--;
        for (const { name, decode } of LAST_RESORTS)
          for (const next of decode(piece))
            if (isPromising(next)) take(next, [...view.path, name], view.layers + 1);
      }
      // Bytes that say nothing by themselves are looked at together, and not taken apart again.
      if (opaque.length > 0) take(opaque.join(BETWEEN_PIECES), [...view.path, BYTES], MAX_LAYERS);
      if (guess) play(view, seenIn, take);
    }
    return { kind: cut || read > limit ? 'exhausted' : 'absent', read, looked };
  };
}

/**
 * A text that no decoder was written for may be more than an expression's stack or a string's length holds. It counts
 * as not read: the other messages of the visit must still be.
 */
function safely<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What a script may have done to the characters of a text, where the text has parts that say nothing. */
function play(
  view: View,
  { runs }: Scan,
  take: (next: string, path: readonly string[], layers: number) => void,
): void {
  const [turn] = GAMES;
  if (view.text.length <= ALWAYS_TURNED || (view.text.length <= MAX_GAME && TURNED.test(view.text)))
    for (const next of turn?.decode(view.text) ?? []) take(next, [...view.path, 'reversed'], view.layers + 1);
  if (view.layers >= MAX_LAYERS - 1) return;
  const strange = runs
    .filter(({ kinds }) => (kinds & LETTERS) !== 0 && kinds !== LOWERS && kinds !== (LOWERS | KIND.mark))
    .map(({ start, end }) => view.text.slice(start, end))
    .join(' ');
  if (strange.length < SHORTEST_RUN || strange.length > MAX_GAME) return;
  for (const { name, decode } of GAMES)
    for (const played of decode(strange)) {
      const { runs: turned } = scan(played);
      const under = (inner: string, texts: readonly string[]): void => {
        for (const next of texts)
          if (isPromising(next)) take(next, [...view.path, name, inner], view.layers + 2);
      };
      under('base64', legible64(played, turned));
      // Hexadecimal is the same in either case, and rot13 of it is none.
      if (name === 'reversed') under('hex', hex(played, turned, false));
    }
}
const LOWERS = KIND.lower | KIND.lowerHex;
const LETTERS = LOWERS | KIND.upper | KIND.upperHex;

/** The values that may be pieces of one, together; and all of them, as they follow each other. */
function joinedOf(pieces: readonly Piece[]): readonly string[] {
  const short = pieces.filter(({ value }) => value.length > 0 && value.length <= LONGEST_PIECE);
  // One property of each of many objects: `[{"at":0,"value":"4"},…]`.
  const alike = [...Map.groupBy(short, ({ key }) => key.replace(/\d+/g, '*')).values()];
  return [
    ...new Set([
      pieces.map(({ value }) => value).join(''),
      ...arranged(short),
      ...alike.flatMap((group) => (group.length > 1 && group.length < short.length ? arranged(group) : [])),
    ]),
  ];
}

const bytesAmong = (pieces: readonly Piece[]): string[] =>
  // oxlint-disable-next-line no-control-regex -- bytes
  pieces.map(({ value }) => value).filter((value) => value.length >= 8 && /[\0-\x08\x80-\xff]/.test(value));

/** The readings below a text that a needle gave away without decoding it: what else travels with the number is in them. */
function opened(text: string, encodings: readonly string[]): readonly string[] {
  let layer: readonly string[] = [text];
  return encodings.flatMap((name) => {
    const encoding = [...ENCODINGS, ...GAMES].find((one) => one.name === name);
    layer = layer
      .flatMap((one) => encoding?.decode(one) ?? [])
      .filter(isPromising)
      .slice(0, 64);
    return layer;
  });
}

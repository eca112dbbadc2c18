/** A piece of something that may have been cut up: its value, and where it says it belongs. */
export interface Piece {
  readonly key: string;
  readonly value: string;
}

/** A number or its base64 is cut into pieces no longer than this; longer ones are searched by themselves. */
export const LONGEST_PIECE = 64;
/** Pieces that are put together in more than their own order. */
const MAX_PIECES = 512;

/**
 * What pieces give when put together: as they came, backwards, in the order their names or their own first or last
 * characters say, each decoded before. Each text once, nothing for fewer than two pieces.
 */
export function arranged(pieces: readonly Piece[]): readonly string[] {
  if (pieces.length < 2) return [];
  const texts = new Set<string>([pieces.map(({ value }) => value).join('')]);
  if (pieces.length > MAX_PIECES) return [...texts];
  for (const order of orders(pieces))
    for (const decode of DECODERS) {
      const parts = decodedWith(decode, order);
      if (parts === null) continue;
      texts.add(parts.join(''));
      texts.add(parts.toReversed().join(''));
    }
  return [...texts];
}

function decodedWith(
  decode: (value: string) => string | null,
  values: readonly string[],
): readonly string[] | null {
  const out: string[] = [];
  for (const value of values) {
    const plain = decode(value);
    if (plain === null) return null;
    out.push(plain);
  }
  return out;
}

function orders(pieces: readonly Piece[]): readonly (readonly string[])[] {
  const values = pieces.map(({ value }) => value);
  const out: (readonly string[])[] = [values];
  const named = pieces.map(({ key }) => Number(/(\d{1,15})\D*$/.exec(key)?.[1] ?? Number.NaN));
  const marks: readonly (readonly [RegExp, mark: number, rest: number])[] = [
    [/^(\d{1,4})[^0-9A-Za-z]+(.+)$/s, 1, 2],
    [/^(.+?)[^0-9A-Za-z]+(\d{1,4})$/s, 2, 1],
    [/^([A-Za-z])[^0-9A-Za-z]?(\d.*)$/s, 1, 2],
  ];
  if (distinct(named)) out.push(sorted(values, named));
  for (const [pattern, mark, rest] of marks) {
    // Most values carry no place: the first tells.
    if (!pattern.test(values[0] ?? '')) continue;
    const found = values.map((value) => pattern.exec(value));
    if (found.includes(null)) continue;
    const places = found.map((one) => placeOf(one?.[mark] ?? ''));
    if (distinct(places))
      out.push(
        sorted(
          found.map((one) => one?.[rest] ?? ''),
          places,
        ),
      );
  }
  return out;
}

const placeOf = (mark: string): number => (/^\d/.test(mark) ? Number(mark) : mark.charCodeAt(0));
const distinct = (places: readonly number[]): boolean =>
  places.every((place) => Number.isFinite(place)) && new Set(places).size === places.length;
const sorted = (values: readonly string[], places: readonly number[]): readonly string[] =>
  values
    .map((value, i) => ({ value, place: places[i] ?? 0 }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ value }) => value);

const DECODERS: readonly ((value: string) => string | null)[] = [
  (value) => value,
  (value) => Array.from(value).toReversed().join(''),
  (value) =>
    /^[A-Za-z0-9+/_-]{2,}={0,2}$/.test(value)
      ? legible(Buffer.from(value, 'base64').toString('latin1'))
      : null,
  (value) =>
    /^(?:[0-9a-f]{2})+$/i.test(value) ? legible(Buffer.from(value, 'hex').toString('latin1')) : null,
  (value) => (/^\d{2,3}$/.test(value) ? legible(String.fromCharCode(Number(value) & 0xff)) : null),
];
const legible = (value: string): string | null => (/^[ -~]+$/.test(value) ? value : null);

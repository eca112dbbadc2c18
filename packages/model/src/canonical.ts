/** What {@link canonicalJson} accepts; `undefined` members of objects are left out, as in JSON.stringify. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON after RFC 8785 (JCS): one value, one text, so that equal values have equal hashes.
 *
 * Members are sorted by UTF-16 code units; numbers and strings are ECMAScript's own.
 * @throws TypeError for what JSON cannot carry (NaN, infinities, lone surrogates, functions, cycles by depth).
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** The UTF-8 bytes of {@link canonicalJson}. */
export const canonicalBytes = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalJson(value));

/** Deeper than any value of ours; a cycle ends here instead of in a stack overflow. */
const MAX_DEPTH = 512;

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError(`canonical JSON: deeper than ${MAX_DEPTH} levels, or a cycle`);
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`canonical JSON: ${value} is not a JSON number`);
      return JSON.stringify(value);
    case 'string':
      // RFC 8785 3.2.2.2: a lone surrogate must end the serialisation with an error.
      if (!value.isWellFormed()) throw new TypeError('canonical JSON: a string holds a lone surrogate');
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : writeObject(value, depth);
    default:
      throw new TypeError(`canonical JSON: a ${typeof value} is not JSON`);
  }
}

function writeObject(value: object, depth: number): string {
  // Not map: it leaves the holes of a sparse array out, and `[1,,2]` is no JSON. Array.from makes them undefined.
  if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, depth + 1)).join(',')}]`;
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null)
    throw new TypeError(
      `canonical JSON: a ${value.constructor?.name ?? 'foreign object'} is not a plain object`,
    );
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  // The default comparison of strings is by UTF-16 code units, as RFC 8785 3.2.3 asks.
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${write(key, depth)}:${write(item, depth + 1)}`).join(',')}}`;
}

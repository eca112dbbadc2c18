import { gunzipSync, inflateSync } from 'node:zlib';
import { ofBytes, ofString, toBuffer } from '../canary/bytes.ts';

/** A text opened one layer: named parts, or one part under the name of its encoding. */
export interface Opened {
  readonly parts: readonly (readonly [name: string, value: string])[];
}

/** Larger texts are compared as they stand. */
const MAX_TEXT = 1024 * 1024;
/** Parts of one text, and how deep its JSON may go; more is compared as it stands. */
const MAX_PARTS = 4000;
const MAX_DEPTH = 64;
const MAX_INFLATED = 1024 * 1024;

/** One layer taken off a byte text, or null when it is a value itself. Bounded; never throws. */
export function opened(text: string): Opened | null {
  if (text.length > MAX_TEXT || text.length < 2) return null;
  return json(text) ?? multipart(text) ?? form(text) ?? compressed(text) ?? base64(text) ?? escaped(text);
}

function json(text: string): Opened | null {
  if (!/^\s*[{["]/.test(text)) return null;
  let whole: unknown;
  try {
    whole = JSON.parse(toBuffer(text).toString('utf8'));
  } catch {
    return null;
  }
  const parts: (readonly [string, string])[] = [];
  const stack: { readonly value: unknown; readonly path: string; readonly depth: number }[] = [
    { value: whole, path: '', depth: 0 },
  ];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { value, path, depth } = item;
    if (parts.length >= MAX_PARTS || depth > MAX_DEPTH || stack.length > 2 * MAX_PARTS) return null;
    if (value === null || typeof value !== 'object') {
      parts.push([path, ofString(String(value))]);
      continue;
    }
    const entries = Object.entries(value);
    if (entries.length > MAX_PARTS) return null;
    // An empty object is something else than none.
    if (entries.length === 0) parts.push([path, Array.isArray(value) ? '[]' : '{}']);
    for (const [name, child] of entries.toReversed())
      stack.push({ value: child, path: `${path}/${name.slice(0, 80)}`, depth: depth + 1 });
  }
  return { parts };
}

/** The boundary is drawn by the browser and says nothing. */
function multipart(text: string): Opened | null {
  const boundary = /^--[^\r\n]{1,100}(?=\r\n)/.exec(text)?.[0];
  if (boundary === undefined) return null;
  const pieces = text.split(`\r\n${boundary}`);
  if (pieces.length > MAX_PARTS) return null;
  const parts = pieces.flatMap((piece, i): readonly (readonly [string, string])[] => {
    const whole = i === 0 ? piece.slice(boundary.length) : piece;
    const head = whole.indexOf('\r\n\r\n');
    if (head < 0) return [];
    const lines = whole.slice(0, head);
    const name = /name="([^"]{0,80})/.exec(lines)?.[1] ?? '';
    return [
      [` ${name}`, whole.slice(head + 4)],
      [` ${name} head`, lines.trim()],
    ];
  });
  return parts.length === 0 ? null : { parts };
}

const unescaped = (text: string): string =>
  text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Names and values of a query or form. A lone base64 text ends in `=` and is none. */
function form(text: string): Opened | null {
  if (!/^[\w.~%+[\]$:-]{1,100}=(?![=]|$)/.test(text) && !/^[^=&\s]{1,100}=[^&]*&/.test(text)) return null;
  const pairs = text.split('&');
  if (pairs.length > MAX_PARTS) return null;
  return { parts: pairsOf(pairs) };
}

/** The pairs of a query, percent-decoded. */
export const pairsOf = (pairs: readonly string[]): readonly (readonly [string, string])[] =>
  pairs.map((pair) => {
    const at = pair.indexOf('=');
    return at < 0
      ? ['', unescaped(pair)]
      : [` ${unescaped(pair.slice(0, at)).slice(0, 80)}`, unescaped(pair.slice(at + 1))];
  });

function compressed(text: string): Opened | null {
  const gzip = text.startsWith('\x1f\x8b');
  const zlib = text[0] === 'x' && ((0x78 << 8) | text.charCodeAt(1)) % 31 === 0;
  if (!gzip && !zlib) return null;
  try {
    const bytes = (gzip ? gunzipSync : inflateSync)(toBuffer(text), { maxOutputLength: MAX_INFLATED });
    return { parts: [[gzip ? ' (gzip)' : ' (deflate)', ofBytes(bytes)]] };
  } catch {
    return null; // Not compressed after all, or too much: its bytes are compared as they are.
  }
}

// oxlint-disable-next-line no-control-regex -- bytes of text, UTF-8 included
const READABLE = /^[\t\n\r\x20-\x7e\x80-\xff]*$/;
function base64(text: string): Opened | null {
  if (text.length < 8 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return null;
  const inner = ofBytes(Buffer.from(text, 'base64'));
  const plain = READABLE.test(inner) && /^[\x20-\x7e]*$/.test(inner.replace(/[\t\n\r]/g, ''));
  return plain || compressed(inner) !== null ? { parts: [[' (base64)', inner]] } : null;
}

/** Percent-encoded though it is no query: a path, a cookie, a header. */
function escaped(text: string): Opened | null {
  if (!/%[0-9a-f]{2}/i.test(text)) return null;
  const inner = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return { parts: [['', inner]] };
}

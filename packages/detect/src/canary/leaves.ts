import { ofString } from './bytes.ts';
import type { Piece } from './split.ts';

/** Longer than a form or a message of ours ever is. */
const MAX_LEAVES = 20_000;
/** JSON in a form field, in JSON, in JSON. */
const MAX_NESTED = 3;

export interface Leaves {
  readonly pieces: readonly Piece[];
  /** There were more. */
  readonly cut: boolean;
}

/**
 * The values of a form, a cookie or a JSON body in their order: a number cut into four inputs, or into one property per
 * digit, stands whole in them. A value that is a form or JSON itself is taken apart too. Null when the text is none.
 */
export function leavesOf(text: string): Leaves | null {
  const parts = partsOf(text);
  if (parts === null) return null;
  const pieces: Piece[] = [];
  interface Item {
    readonly key: string;
    readonly value: unknown;
    readonly nested: number;
  }
  const stack: Item[] = [{ key: '', value: parts, nested: 0 }];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { key, value, nested } = item;
    const inner = typeof value === 'string' && nested < MAX_NESTED ? partsOf(value) : null;
    if (inner !== null) stack.push({ key, value: inner, nested: nested + 1 });
    else if (value instanceof Named) stack.push({ key: value.name, value: value.value, nested });
    else if (typeof value === 'string' || typeof value === 'number') {
      if (pieces.length >= MAX_LEAVES) return { pieces, cut: true };
      pieces.push({ key, value: bytes(String(value)) });
    } else if (value !== null && typeof value === 'object')
      for (const [name, child] of Object.entries(value).toReversed())
        stack.push({ key: `${key.slice(-40)}/${name.slice(0, 40)}`, value: child, nested });
  }
  return { pieces, cut: false };
}

class Named {
  readonly name: string;
  readonly value: string;
  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
  }
}

/** Characters that an escape gave: their bytes, like those that stood there as bytes. */
const bytes = (text: string): string => text.replace(/[^\0-\xff]+/g, ofString);

/** One level of a text that is made of parts. */
function partsOf(text: string): readonly unknown[] | null {
  if (isJson(text)) {
    try {
      return [JSON.parse(text)];
    } catch {
      return lines(text);
    }
  }
  // No expression runs over a whole value: one of some megabytes would be more than its stack holds.
  const name = /^[^=&;\s]{1,200}=/.exec(text)?.[0].length ?? 0;
  if (name > 0) {
    if (text.includes('&', name)) return text.split('&').map(valueOf);
    if (text.includes('; ', name)) return text.split('; ').map(valueOf);
    // A lone value is no number cut up, unless it holds one.
    if (/^\s{0,8}(?:[{[]|%7b|%5b)/i.test(text.slice(name, name + 12))) return [valueOf(text)];
  }
  return multipart(text);
}

/** Parts of a form with files, their bytes as they are. */
function multipart(text: string): readonly unknown[] | null {
  const boundary = /^\r?\n?(--[^\r\n]{1,100})\r?\n/.exec(text)?.[1];
  if (boundary === undefined) return null;
  return text.split(boundary).flatMap((part) => {
    const at = part.indexOf('\r\n\r\n');
    const name = /name="([^"\r\n]{0,60})"/.exec(part.slice(0, Math.max(0, at)))?.[1] ?? '';
    return at < 0 ? [] : [new Named(name, part.slice(at + 4).replace(/\r?\n$/, ''))];
  });
}

const isJson = (text: string): boolean => /^\s*[{[]/.test(text);

/** One JSON text a line. */
function lines(text: string): readonly unknown[] | null {
  const rows = text.trim().split('\n');
  if (rows.length < 2 || rows.length > MAX_LEAVES) return null;
  const parsed: unknown[] = [];
  for (const row of rows) {
    try {
      parsed.push(JSON.parse(row));
    } catch {
      return null;
    }
  }
  return parsed;
}

function valueOf(pair: string): Named {
  const at = pair.indexOf('=');
  const value = pair.slice(at + 1);
  const plain = value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return new Named(
    pair.slice(0, Math.max(0, at)).slice(0, 60),
    isJson(plain) || !isText(plain) ? plain : value,
  );
}
/** A value of bytes is read as bytes; of text it is read as written, and decoded with the whole. */
// oxlint-disable-next-line no-control-regex -- bytes
const isText = (value: string): boolean => !/[\0-\x08\x80-\xff]/.test(value);

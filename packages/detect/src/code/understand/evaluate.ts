import type { Known, Value } from './fold.ts';

/** Longest text or list a step may make. */
const MAX = 4 * 1024 * 1024;

/** Arithmetic as obfuscators use it to hide numbers. */
export function applied(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return a ^ b;
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '>>>':
      return a >>> b;
    default:
      return undefined;
  }
}

interface Pattern {
  readonly pattern: string;
  readonly flags: string;
}

/** Functions of the language that take texts apart and put them together; a missing row only means less is known. */
export function called(name: string, on: Known, values: readonly Known[], pattern?: Pattern): Known {
  const [a, b] = values;
  if (on === undefined) return plain(name, values);
  if (typeof on === 'number') return name === 'toString' ? radix(on, a) : undefined;
  if (typeof on === 'boolean') return undefined;
  if (typeof on === 'string') {
    switch (name) {
      case 'split':
        return pattern !== undefined ? undefined : typeof a === 'string' ? on.split(a) : undefined;
      case 'concat':
        return joined([on, ...values], '');
      case 'charAt':
      case 'at':
        return typeof a === 'number' ? on.at(a) : undefined;
      case 'charCodeAt':
      case 'codePointAt':
        return typeof (a ?? 0) === 'number' ? on.charCodeAt(Number(a ?? 0)) : undefined;
      case 'slice':
      case 'substring':
      case 'substr':
        return typeof a === 'number' && (b === undefined || typeof b === 'number')
          ? on[name](a, b)
          : undefined;
      case 'replace':
      case 'replaceAll':
        return typeof b === 'string' ? replaced(on, name, a, b, pattern) : undefined;
      case 'toLowerCase':
        return on.toLowerCase();
      case 'toUpperCase':
        return on.toUpperCase();
      case 'trim':
        return on.trim();
      case 'toString':
      case 'valueOf':
        return on;
      case 'repeat':
        return typeof a === 'number' && a >= 0 && on.length * a < MAX ? on.repeat(a) : undefined;
      default:
        return undefined;
    }
  }
  switch (name) {
    case 'join':
      return a === undefined || typeof a === 'string' ? joined(on, a ?? ',') : undefined;
    case 'reverse':
      return on.toReversed();
    case 'concat':
      return values.every((value) => value !== undefined) ? on.concat(values.flat()) : undefined;
    case 'slice':
      return on.slice(typeof a === 'number' ? a : 0, typeof b === 'number' ? b : undefined);
    default:
      return undefined;
  }
}

function plain(name: string, values: readonly Known[]): Known {
  const [a] = values;
  switch (name) {
    case 'String.fromCharCode':
    case 'String.fromCodePoint':
      return fromCodes(values);
    case 'decode':
      return Array.isArray(a) ? fromBytes(a) : undefined;
    case 'parseInt':
    case 'Number.parseInt':
      return typeof a === 'string'
        ? Number.parseInt(a, typeof values[1] === 'number' ? values[1] : 10)
        : typeof a === 'number'
          ? a
          : undefined;
    case 'Number':
      return typeof a === 'string' || typeof a === 'number' ? Number(a) : undefined;
    case 'String':
      return typeof a === 'string' || typeof a === 'number' ? String(a) : undefined;
    case 'Array.from':
    case 'Array.of':
    case 'Uint8Array.from':
      return name !== 'Array.of' && (Array.isArray(a) || typeof a === 'string')
        ? Array.isArray(a)
          ? a
          : a.split('')
        : undefined;
    default:
      return typeof a === 'string' ? decoded(name, a) : undefined;
  }
}

function decoded(name: string, text: string): Known {
  try {
    if (name === 'atob') return atob(text);
    if (name === 'btoa') return btoa(text);
    if (name === 'decodeURIComponent' || name === 'decodeURI') return decodeURIComponent(text);
    if (name === 'encodeURIComponent') return encodeURIComponent(text);
    if (name === 'unescape')
      return text.replace(
        /%u([0-9a-f]{4})|%([0-9a-f]{2})/gi,
        (_, wide: string | undefined, narrow: string | undefined) =>
          String.fromCharCode(Number.parseInt(wide ?? narrow ?? '0', 16)),
      );
  } catch {
    // Not base64, or a broken escape: the script would fail there too.
  }
  return undefined;
}

function fromCodes(values: readonly Known[]): Known {
  let text = '';
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0x10ffff)
      return undefined;
    text += value > 0xffff ? String.fromCodePoint(value) : String.fromCharCode(value);
  }
  return text;
}

const fromBytes = (values: readonly Value[]): Known =>
  values.every((value) => typeof value === 'number')
    ? new TextDecoder().decode(Uint8Array.from(values))
    : undefined;

function joined(values: readonly Known[], by: string): Known {
  let text = '';
  for (const [place, value] of values.entries()) {
    if (value === undefined || typeof value === 'object') return undefined;
    text += (place === 0 ? '' : by) + String(value);
    if (text.length > MAX) return undefined;
  }
  return text;
}

const radix = (value: number, base: Known): Known =>
  base === undefined
    ? String(value)
    : typeof base === 'number' && base >= 2 && base <= 36
      ? value.toString(base)
      : undefined;

/** A page's regular expression is never run: only plain characters and plain sets of them are understood. */
function replaced(on: string, name: string, what: Known, by: string, pattern: Pattern | undefined): Known {
  if (pattern !== undefined && pattern.pattern.length > 200) return undefined;
  if (pattern === undefined) {
    if (typeof what !== 'string' || what === '') return undefined;
    const parts = on.split(what);
    if (on.length + parts.length * by.length > MAX) return undefined;
    return name === 'replaceAll' ? parts.join(by) : on.replace(what, () => by);
  }
  const set = /^\[([^\\\]^-]+)\]\+?$/.exec(pattern.pattern)?.[1];
  const plainText = /^[^\\^$.*+?()[\]{}|]+$/.test(pattern.pattern) ? pattern.pattern : undefined;
  if (set === undefined && plainText === undefined) return undefined;
  if (!pattern.flags.includes('g'))
    return plainText === undefined ? undefined : on.replace(plainText, () => by);
  if (on.length * (by.length + 1) > MAX) return undefined;
  if (plainText !== undefined) return on.split(plainText).join(by);
  let text = '';
  for (const unit of on) text += set?.includes(unit) === true ? by : unit;
  return text;
}

/** A set of bytes: 256 flags. */
type Bytes = Uint8Array;

/** A pattern as a tree. */
export type Node =
  | { readonly kind: 'set'; readonly bytes: Bytes }
  | { readonly kind: 'all'; readonly of: readonly Node[] }
  | { readonly kind: 'any'; readonly of: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly least: number; readonly most: number };

/** Counted repetitions become copies, so they are few. */
const MOST = 256;
const DEPTH = 20;

const setOf = (...codes: readonly number[]): Bytes => {
  const bytes = new Uint8Array(256);
  for (const code of codes) bytes[code] = 1;
  return bytes;
};
const range = (from: number, to: number): Bytes => new Uint8Array(256).fill(1, from, to + 1);
const union = (sets: readonly Bytes[]): Bytes =>
  Uint8Array.from({ length: 256 }, (_, at) => (sets.some((set) => set[at] === 1) ? 1 : 0));
const not = (set: Bytes): Bytes => set.map((flag) => 1 - flag);
/** ASCII letters in either case: PHP does not tell them apart in names of functions, and attackers know. */
const folded = (set: Bytes): Bytes =>
  set.map((flag, at) =>
    at >= 65 && at <= 90
      ? flag | (set[at + 32] ?? 0)
      : at >= 97 && at <= 122
        ? flag | (set[at - 32] ?? 0)
        : flag,
  );

const WORD = union([range(48, 57), range(65, 90), range(97, 122), setOf(95)]);
const SPACE = setOf(9, 10, 11, 12, 13, 32);
const CLASSES: Readonly<Record<string, Bytes>> = {
  w: WORD,
  W: not(WORD),
  d: range(48, 57),
  D: not(range(48, 57)),
  s: SPACE,
  S: not(SPACE),
  n: setOf(10),
  r: setOf(13),
  t: setOf(9),
};
const one = (bytes: Bytes): Node => ({ kind: 'set', bytes });
const char = (c: string): Node => one(setOf(c.charCodeAt(0)));
const all = (...of: readonly Node[]): Node => ({ kind: 'all', of });
const any = (...of: readonly Node[]): Node => ({ kind: 'any', of });

/**
 * What the plain name of a function may follow: not `$name`, not `->name`, not `::name`, not `my_name`, and not the quote that
 * opens a string.
 */
const BOUNDARY = any(
  one(not(union([WORD, setOf(0x24, 0x27, 0x3a, 0x3e, 0x2e)]))),
  all(one(not(setOf(0x3a))), char(':')),
  all(one(not(setOf(0x2d, 0x3f))), char('>')),
  all(one(not(WORD)), char('.')),
);

/**
 * Reads a pattern: bytes, `[sets]`, `.`, `\w \d \s` and their opposites, `(groups|choices)`, `* + ? {m,n}`, `^` and `$` for
 * a line's end, `\b` before the name of a function. No look-around and no references, so that it becomes an automaton.
 * @throws SyntaxError that says what is wrong and where.
 */
export function parsePattern(source: string): Node {
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at ${at} in ${source}`);
  };

  function choices(depth: number): Node {
    if (depth > DEPTH) fail('groups too deep');
    const of = [sequence(depth)];
    while (source[at] === '|') {
      at++;
      of.push(sequence(depth));
    }
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'any', of };
  }

  function sequence(depth: number): Node {
    const of: Node[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') of.push(repeated(atom(depth)));
    return { kind: 'all', of };
  }

  function repeated(node: Node): Node {
    const counted = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(source.slice(at, at + 10));
    let bounds: readonly [number, number] | null = null;
    if (counted !== null) {
      const least = Number(counted[1]);
      bounds = [least, counted[2] === undefined ? least : counted[3] === '' ? Infinity : Number(counted[3])];
    } else if (source[at] === '*') bounds = [0, Infinity];
    else if (source[at] === '+') bounds = [1, Infinity];
    else if (source[at] === '?') bounds = [0, 1];
    if (bounds === null) return node;
    const [least, most] = bounds;
    if (least > MOST || (most !== Infinity && most > MOST) || most < least) fail('repetition out of range');
    at += counted?.[0].length ?? 1;
    if (/^[*+?{]/.test(source.slice(at, at + 1))) fail('a repetition of a repetition');
    return { kind: 'repeat', of: node, least, most };
  }

  function atom(depth: number): Node {
    const c = source[at++] ?? '';
    switch (c) {
      case '(': {
        if (source.startsWith('?:', at)) at += 2;
        else if (source[at] === '?') fail('no look-around');
        const inner = choices(depth + 1);
        if (source[at++] !== ')') fail('a group that does not end');
        return inner;
      }
      case '[':
        return one(folded(set()));
      case '.':
        return one(not(setOf(10)));
      case '^':
      case '$':
        return one(setOf(10, 13));
      case '\\':
        if (source[at] === 'b') {
          at++;
          return BOUNDARY;
        }
        return one(folded(escaped()));
      case '*':
      case '+':
      case '?':
      case '{':
        return fail('nothing to repeat');
      default:
        if (c.charCodeAt(0) > 127) fail('write bytes beyond ASCII as \\xHH');
        return one(folded(setOf(c.charCodeAt(0))));
    }
  }

  function escaped(): Bytes {
    const c = source[at++] ?? fail('an escape that does not end');
    const named = CLASSES[c];
    if (named !== undefined && Object.hasOwn(CLASSES, c)) return named;
    if (c === 'x') {
      const hex = source.slice(at, at + 2);
      if (!/^[0-9a-f]{2}$/i.test(hex)) fail('\\x without two digits');
      at += 2;
      return setOf(Number.parseInt(hex, 16));
    }
    if (/[0-9a-z]/i.test(c)) fail(`unknown escape \\${c}`);
    return setOf(c.charCodeAt(0));
  }

  function set(): Bytes {
    const negative = source[at] === '^';
    if (negative) at++;
    const parts: Bytes[] = [];
    while (source[at] !== ']') {
      if (at >= source.length) fail('a set that does not end');
      const c = source[at++] ?? '';
      const from = c === '\\' ? escaped() : setOf(c.charCodeAt(0));
      if (source[at] === '-' && source[at + 1] !== ']' && c !== '\\') {
        const to = source.charCodeAt(at + 1);
        if (!(to > c.charCodeAt(0) && to < 128)) fail('a range the wrong way round');
        parts.push(range(c.charCodeAt(0), to));
        at += 2;
      } else parts.push(from);
    }
    at++;
    // Either case is left out together: [^a] is neither a nor A.
    return negative ? not(folded(union(parts))) : union(parts);
  }

  const tree = choices(0);
  if (at < source.length) fail('a ) too many');
  return tree;
}

/** The longest text, in lower case, that stands in everything the pattern matches; empty when none is known. */
export function literalOf(tree: Node): string {
  let [best, run] = ['', ''];
  for (const node of tree.kind === 'all' ? tree.of : [tree]) {
    const letter = node.kind === 'set' ? letterOf(node.bytes) : null;
    const inner =
      node.kind === 'all' || (node.kind === 'repeat' && node.least > 0)
        ? literalOf(node.kind === 'all' ? node : node.of)
        : '';
    run = letter === null ? '' : run + letter;
    for (const one of [run, inner]) if (one.length > best.length) best = one;
  }
  return best;
}

function letterOf(bytes: Bytes): string | null {
  let letter: string | null = null;
  for (let code = 0; code < 256; code++) {
    if (bytes[code] !== 1) continue;
    const c = String.fromCharCode(code).toLowerCase();
    if (letter !== null && letter !== c) return null;
    letter = c;
  }
  return letter;
}

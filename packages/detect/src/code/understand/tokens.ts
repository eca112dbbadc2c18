export interface Token {
  readonly kind: 'word' | 'text' | 'comment' | 'sign';
  /** As written. */
  readonly written: string;
  readonly at: number;
}

/** Bounded: a greedy pattern over megabytes ends in a stack overflow. */
const SPACE = /\s{1,4096}/y;
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]{0,1023}/uy;
const SIGN = /\d[\w.]{0,63}|\?\.|=>|[+\-*/%^&|<>=!]=?|[^]/y;

/** Words, texts and signs of code that does not parse, in their order. Time linear to the code, whatever it is. */
export function* tokensOf(code: string): Generator<Token> {
  // Where a quote or comment was opened and never closed, others of its kind are not closed either.
  const open = new Map<string, number>();
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(code)?.[0];
  };
  while (at < code.length) {
    const space = match(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const first = code[at] ?? '';
    const end = (open.get(first) ?? -1) > at ? -1 : endOf(code, at, first, open);
    const word = end === -1 ? match(WORD) : undefined;
    const until = end !== -1 ? end : at + (word ?? match(SIGN) ?? first).length;
    const kind = end === -1 ? (word === undefined ? 'sign' : 'word') : first === '/' ? 'comment' : 'text';
    yield { kind, written: code.slice(at, until), at };
    at = until;
  }
}

/** Where the text or comment that starts here ends, or -1. */
function endOf(code: string, at: number, first: string, open: Map<string, number>): number {
  if (first === '/') {
    const next = code[at + 1];
    if (next !== '/' && next !== '*') return -1;
    const end = next === '/' ? code.indexOf('\n', at) : code.indexOf('*/', at + 2);
    if (end !== -1) return next === '/' ? end : end + 2;
    if (next === '/') return code.length;
    open.set(first, code.length);
    return -1;
  }
  if (first !== '"' && first !== "'" && first !== '`') return -1;
  let place = at + 1;
  for (; place < code.length; place++) {
    const unit = code.charCodeAt(place);
    if (unit === 92) place++;
    else if (unit === 10 && first !== '`') break;
    else if (code[place] === first) return place + 1;
  }
  open.set(first, Math.min(place, code.length));
  return -1;
}

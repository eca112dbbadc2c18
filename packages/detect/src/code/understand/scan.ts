import type { Collector } from './collect.ts';
import type { Gauge } from './gauge.ts';
import { tokensOf } from './tokens.ts';
import { EVENTS, HOOKED, TARGETED } from './traits.ts';

const MAX_TEXT = 64 * 1024;

/** A fall-back: names with their neighbours instead of a tree. Finds rather too much than too little. */
export function scan(code: string, collect: Collector, gauge: Gauge): void {
  let before = '';
  let earlier = '';
  let waiting: Waiting | null = null;
  let joined: string | null = null;
  let joinedAt = 0;
  /** A call whose first text says which: `createElement('script')`. */
  let asking: string | null = null;

  const flush = () => {
    if (joined !== null) collect.text(joined, joinedAt);
    joined = null;
  };
  // Patterns have no token of their own.
  for (let from = 0; from < code.length; from += MAX_TEXT)
    collect.words(code.slice(from, from + MAX_TEXT), from);
  for (const { kind, written: token, at } of tokensOf(code)) {
    if (kind === 'comment') {
      // What looks like a comment may stand in a pattern or in broken code.
      collect.text(token.slice(0, MAX_TEXT), at);
      continue;
    }
    if (waiting !== null) {
      settle(waiting, token, collect);
      asking = token === '(' ? waiting.name : null;
      waiting = null;
    }
    if (kind === 'text') {
      const text = unescaped(token.slice(1, -1).slice(0, MAX_TEXT));
      gauge.escaped(token.slice(0, MAX_TEXT), text.length);
      gauge.text(text);
      if (asking !== null) asked(asking, text, at, collect);
      if (asking !== null && TARGETED.has(asking)) collect.target(text);
      asking = null;
      // `'a' + 'b'`
      if (joined !== null && before === '+') joined += text;
      else {
        flush();
        joined = text;
        joinedAt = at;
      }
      // `window['fetch']` and `{'fetch': …}`
      if (before === '[' || text.length < 40) named(text, at, collect);
    } else if (kind === 'word') {
      flush();
      gauge.name(token);
      collect.words(token, at);
      if (token === 'debugger') {
        collect.add('debugger', at);
        gauge.trap();
      }
      const member = before === '.' || before === '?.';
      waiting = { name: token, at, of: member ? earlier : '', member };
    } else if (token !== '+') flush();
    if (token.startsWith('^')) collect.add('xor', at);
    if (token !== '.' && token !== '?.') earlier = token;
    before = token;
  }
  if (waiting !== null) settle(waiting, '', collect);
  flush();
}

type Waiting = { readonly name: string; readonly at: number; readonly of: string; readonly member: boolean };

const WINDOWS = new Set(['window', 'self', 'globalThis', 'top', 'parent', '']);

function settle({ name, at, of, member }: Waiting, next: string, collect: Collector): void {
  const written = next === '=';
  if (!member || WINDOWS.has(of)) collect.global(name, at);
  if (written) {
    collect.write(name, at);
    if (name.startsWith('on') && EVENTS.has(name.slice(2))) collect.add('listen', at, name.slice(2));
    if (HOOKED.has(name) && member) collect.add('hook', at, name);
    if (name === 'location' || (name === 'href' && of === 'location')) collect.add('navigate', at);
  } else if (member) collect.member(name, at);
  if (next !== '(') return;
  collect.call(name, at);
  if (name === 'Function') collect.add('function', at);
  if ((name === 'write' || name === 'writeln') && of === 'document') collect.add('write', at);
  if (name === 'ajax' || (/^(?:post|get|getJSON)$/.test(name) && /^(?:\$|jQuery|axios)$/.test(of)))
    collect.add('ajax', at);
  if (name === 'open' && WINDOWS.has(of)) collect.add('navigate', at);
  if (name === 'toString' && of === 'callee') collect.add('own-text', at);
  if (name === 'clear' && of === 'console') collect.add('console', at);
}

/** A short text may be the name of a property. */
function named(text: string, at: number, collect: Collector): void {
  if (!/^[\w$]+$/.test(text)) return;
  collect.member(text, at);
  if (text !== 'open' && text !== 'submit') collect.global(text, at);
}

function asked(name: string, text: string, at: number, collect: Collector): void {
  if (name === 'createElement') collect.element(text, at);
  else if (name === 'addEventListener' || name === 'attachEvent')
    collect.add('listen', at, text.replace(/^on/, ''));
  else if (name === 'on' || name === 'bind') {
    for (const event of text.slice(0, 300).split(/\s/))
      if (EVENTS.has(event)) collect.add('listen', at, event);
  } else if (name === 'setTimeout' || name === 'setInterval') {
    collect.add('timer', at);
    collect.code(text, at);
  } else if (name === 'eval' || name === 'Function') collect.code(text, at);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};

const unescaped = (written: string): string =>
  !written.includes('\\')
    ? written
    : written.replace(
        /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|([^]))/gi,
        (whole, x?: string, u?: string, wide?: string, plain?: string) => {
          const code = Number.parseInt(x ?? u ?? wide ?? '', 16);
          if (plain !== undefined) return ESCAPES[plain] ?? plain;
          return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
        },
      );

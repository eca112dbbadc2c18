/** A start tag as a browser would read it; names in lower case, values as they stand. Untrusted. */
export interface Tag {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
  /** Where the text behind the tag begins. */
  readonly end: number;
}

const NAME = /[a-z][^\s/>]*/iy;
const SEPARATORS = /[\s/"'`]*/y;
const ATTRIBUTE = /[^\s/>=]+/y;
const EQUALS = /\s*=\s*/y;
const UNQUOTED = /[^\s>]*/y;

const match = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
};

/** The tag whose `<` stands at `at`, or null. */
function tagAt(text: string, at: number): Tag | null {
  const name = match(NAME, text, at + 1);
  if (name === '') return null;
  const attributes: (readonly [string, string])[] = [];
  let to = at + 1 + name.length;
  for (;;) {
    to += match(SEPARATORS, text, to).length;
    if (to >= text.length || text[to] === '>') break;
    const attribute = match(ATTRIBUTE, text, to);
    to += Math.max(attribute.length, 1);
    const equals = match(EQUALS, text, to);
    if (equals === '') {
      attributes.push([attribute.toLowerCase(), '']);
      continue;
    }
    to += equals.length;
    const value = valueAt(text, to);
    attributes.push([attribute.toLowerCase(), value.text]);
    to = value.end;
  }
  return { name: name.toLowerCase(), attributes, end: Math.min(to + 1, text.length) };
}

function valueAt(text: string, at: number): { readonly text: string; readonly end: number } {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") {
    const plain = match(UNQUOTED, text, at);
    return { text: plain, end: at + plain.length };
  }
  const close = text.indexOf(quote, at + 1);
  if (close >= 0) return { text: text.slice(at + 1, close), end: close + 1 };
  // Never closed: what stands around the value in the page may close it.
  const end = text.indexOf('>', at + 1);
  return { text: text.slice(at + 1, end < 0 ? undefined : end), end: end < 0 ? text.length : end };
}

/** What an attacker hides a script element in, where a strict reading would see a quoted value. */
const HIDDEN = /<script\b/gi;
const MOST_HIDDEN = 200;
/** Of a script element's tag: one that is never closed must not have the rest of a long text read again and again. */
const LONGEST_TAG = 4096;

/** All start tags, in time linear to the text; script elements also where a quote seems to hold them. */
export function* tagsIn(text: string): Generator<Tag> {
  for (let at = text.indexOf('<'); at >= 0; ) {
    const tag = tagAt(text, at);
    if (tag && tag.name !== 'script') yield tag;
    at = text.indexOf('<', tag ? tag.end : at + 1);
  }
  let hidden = 0;
  for (const { index } of text.matchAll(HIDDEN)) {
    if (hidden++ >= MOST_HIDDEN) return;
    const tag = tagAt(text.slice(index, index + LONGEST_TAG), 0);
    if (tag) yield { ...tag, name: 'script', end: index + tag.end };
  }
}

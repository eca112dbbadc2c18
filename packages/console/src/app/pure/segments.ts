/** A part of a line: as it is, changed against its counterpart, or left out because the line is too long to read. */
export type Segment =
  | { readonly kind: 'plain' | 'marked'; readonly text: string }
  | { readonly kind: 'elided'; readonly characters: number };

/** A minified file is one line of 100 KB: what is shown of it is what changed and a little around it. */
const AROUND = 120;
const MARKED = 1600;

/** A surrogate pair is never cut in two. */
const safe = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
};

const shorten = (text: string, kind: 'plain' | 'marked', head: number, tail: number): readonly Segment[] => {
  if (text === '') return [];
  if (text.length <= head + tail + 20) return [{ kind, text }];
  const [from, to] = [safe(text, head), safe(text, text.length - tail)];
  const parts: Segment[] = [];
  if (from > 0) parts.push({ kind, text: text.slice(0, from) });
  parts.push({ kind: 'elided', characters: to - from });
  if (to < text.length) parts.push({ kind, text: text.slice(to) });
  return parts;
};

/** A line, marked where it differs from `other` (its counterpart; null: it has none), shortened where it is long. */
export const clip = (line: string, other: string | null): readonly Segment[] => {
  if (other === null) return shorten(line, 'plain', MARKED, AROUND);
  const least = Math.min(line.length, other.length);
  let head = 0;
  while (head < least && line.charCodeAt(head) === other.charCodeAt(head)) head += 1;
  let tail = 0;
  while (
    tail < least - head &&
    line.charCodeAt(line.length - 1 - tail) === other.charCodeAt(other.length - 1 - tail)
  ) {
    tail += 1;
  }
  head = safe(line, head);
  const end = Math.max(head, safe(line, line.length - tail));
  // Nothing worth marking in a line that was replaced almost whole.
  if (head + (line.length - end) < least / 4) return shorten(line, 'plain', MARKED, AROUND);
  return [
    ...shorten(line.slice(0, head), 'plain', 40, AROUND),
    ...shorten(line.slice(head, end), 'marked', MARKED, AROUND),
    ...shorten(line.slice(end), 'plain', AROUND, 20),
  ];
};

import { hidesText, SIGNS, type Sign } from './signs.ts';

/** What one text of code has that another has not. */
export interface CodeChange {
  /** Of bytes, after minus before. */
  readonly bytes: number;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** Hosts named now and not before; untrusted. */
  readonly hosts: readonly string[];
  readonly signs: readonly Sign[];
  /** A long run of base64 that was not there. */
  readonly hidden: boolean;
}

/** Larger code than this is looked at as far as this from either end; skimmers are put at one of them or stand in what changed. */
const MAX_READ = 2 * 1024 * 1024;

export function compareCode(before: Uint8Array | null, after: Uint8Array): CodeChange {
  const [old, now] = different(before === null ? '' : utf8(before), utf8(after));
  const known = new Set(before === null ? [] : hostsIn(clip(utf8(before))));
  return {
    bytes: after.length - (before?.length ?? 0),
    ...lines(old, now),
    hosts: hostsIn(now).filter((host) => !known.has(host)),
    signs: SIGNS.filter((sign) => sign.pattern.test(now) && !sign.pattern.test(old)),
    hidden: hidesText(now) && !hidesText(old),
  };
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const clip = (code: string): string =>
  code.length > MAX_READ ? `${code.slice(0, MAX_READ / 2)}\n${code.slice(-MAX_READ / 2)}` : code;

/** The lines in which two texts differ: the same beginning and the same end taken off. */
function different(before: string, after: string): readonly [string, string] {
  const least = Math.min(before.length, after.length);
  let head = 0;
  while (head < least && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < least - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  // Whole words: a cut inside `fetch(` would hide it. Minified code is one line, so a line would be too much.
  const from = Math.max(0, head - 40);
  const until = Math.max(0, tail - 40);
  return [clip(before.slice(from, before.length - until)), clip(after.slice(from, after.length - until))];
}

/** How many lines only one of the texts has, by content: a moved line counts as none. */
function lines(before: string, after: string): { linesAdded: number; linesRemoved: number } {
  const counts = new Map<string, number>();
  for (const line of before.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of after.split('\n')) counts.set(line, (counts.get(line) ?? 0) - 1);
  let linesAdded = 0;
  let linesRemoved = 0;
  for (const [line, count] of counts) {
    if (line === '') continue;
    if (count < 0) linesAdded -= count;
    else linesRemoved += count;
  }
  return { linesAdded, linesRemoved };
}

const ADDRESS =
  /(?:\b(?:https?|wss?):)?\/\/((?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62}|(?:\d{1,3}\.){3}\d{1,3}|localhost)(:\d{1,5})?/gi;

/** Hosts in addresses that stand in a text, in their order, each once; at most 50. */
function hostsIn(code: string): readonly string[] {
  const hosts = new Set<string>();
  for (const [, host = '', port = ''] of code.matchAll(ADDRESS)) {
    if (hosts.size >= 50) break;
    hosts.add((host + port).toLowerCase());
  }
  return [...hosts];
}

import type { RuleLanguage, SignRule } from '@komainu/model';
import { plainOf } from './plain.ts';
import type { Matcher, ReadyRule, ReadyRules } from './rules.ts';

/** A rule that holds of what a change added. */
export interface Hit {
  readonly rule: SignRule;
  readonly language: RuleLanguage;
}

/** Of one file; null for `after`: the text is too tangled for one of the rules. */
export interface Found {
  readonly hits: readonly Hit[];
  /** Rules that gave up on this text. */
  readonly gaveUp: readonly string[];
}

const MOST_ENDS = 200;

/**
 * Which rules hold of the text now because of what was added to it: every part of the rule is there, near one another, and at
 * least one of them in a statement that the text did not have before. Code that was moved is not new.
 * @param before null for a file that was not there
 */
export function findSigns(
  path: string,
  before: string | null,
  after: string,
  language: RuleLanguage,
  rules: ReadyRules,
): Found {
  const now = plainOf(after, language);
  const added = addedParts(before === null ? '' : plainOf(before, language), now);
  if (added.length === 0) return { hits: [], gaveUp: [] };
  const bytes = Buffer.from(now, 'latin1');
  const lower = now.toLowerCase();
  const name = Buffer.from(`\n${path}\n`, 'utf8');
  const memo = new Map<Matcher, readonly number[] | null>();
  const endsOf = (matcher: Matcher): readonly number[] | null => {
    const known = memo.get(matcher);
    if (known !== undefined) return known;
    const ends = lower.includes(matcher.literal) ? matcher.automaton.ends(bytes, MOST_ENDS) : [];
    memo.set(matcher, ends);
    return ends;
  };
  const hits: Hit[] = [];
  const gaveUp: string[] = [];
  for (const ready of rules.of(language)) {
    if (ready.path !== null && ready.path.automaton.ends(name, 1)?.length !== 1) continue;
    const holds = holdsOf(ready, endsOf, added);
    if (holds === 'gave up') gaveUp.push(ready.rule.id);
    else if (holds) hits.push({ rule: ready.rule, language });
  }
  return { hits, gaveUp };
}

function holdsOf(
  { rule, all }: ReadyRule,
  endsOf: (matcher: Matcher) => readonly number[] | null,
  added: readonly Part[],
): boolean | 'gave up' {
  const ends: (readonly number[])[] = [];
  for (const matcher of all) {
    const found = endsOf(matcher);
    if (found === null) return 'gave up';
    if (found.length === 0) return false;
    ends.push(found);
  }
  return together(ends, rule.within, added);
}

/** Part of a text, `from` inclusive, `to` exclusive. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** Is there a stretch of `within` bytes that holds an end of each list, one of them in an added part? */
function together(lists: readonly (readonly number[])[], within: number, added: readonly Part[]): boolean {
  const marks = lists
    .flatMap((ends, which) => ends.map((at) => ({ at, which, fresh: isIn(added, at - 1) })))
    .sort((a, b) => a.at - b.at);
  const counts = lists.map(() => 0);
  let [missing, fresh, start] = [lists.length, 0, 0];
  for (const mark of marks) {
    if (counts[mark.which] === 0) missing--;
    counts[mark.which] = (counts[mark.which] ?? 0) + 1;
    if (mark.fresh) fresh++;
    for (let first = marks[start]; first !== undefined && mark.at - first.at > within; first = marks[start]) {
      counts[first.which] = (counts[first.which] ?? 0) - 1;
      if (counts[first.which] === 0) missing++;
      if (first.fresh) fresh--;
      start++;
    }
    if (missing === 0 && fresh > 0) return true;
  }
  return false;
}

function isIn(parts: readonly Part[], at: number): boolean {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const part = parts[middle];
    if (part === undefined || part.to <= at) low = middle + 1;
    else high = middle;
  }
  return (parts[low]?.from ?? Infinity) <= at;
}

/** Where statements stand that the text before did not have, or not as often. Minified code is one line, so lines will not do. */
function addedParts(before: string, now: string): readonly Part[] {
  const had = new Map<string, number>();
  for (const { from, until } of statements(before)) {
    const one = before.slice(from, until);
    had.set(one, (had.get(one) ?? 0) + 1);
  }
  const added: Part[] = [];
  for (const part of statements(now)) {
    const one = now.slice(part.from, part.until);
    const count = had.get(one) ?? 0;
    if (count > 0) had.set(one, count - 1);
    else if (one.trim() !== '') added.push(part);
  }
  return added;
}

/** Each with what ends it; `until` is where that begins. */
function* statements(text: string): Generator<Part & { readonly until: number }> {
  const ENDS = /[;{}\n]+/g;
  let from = 0;
  for (let end = ENDS.exec(text); end !== null; end = ENDS.exec(text)) {
    yield { from, until: end.index, to: ENDS.lastIndex };
    from = ENDS.lastIndex;
  }
  if (from < text.length) yield { from, until: text.length, to: text.length };
}

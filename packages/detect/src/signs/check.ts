import { SignRules } from '@komainu/model';
import { findSigns } from './find.ts';
import { languagesOf } from './language.ts';
import { type ReadyRules, readyRules } from './rules.ts';

/** Rules that may be used, or why they may not. */
export type Checked =
  | { readonly kind: 'usable'; readonly rules: ReadyRules }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/**
 * Makes a rules file ready: its form, its patterns, and every row by its own two examples. A file that is wrong in one row is
 * refused whole: half a file would be half blind and look well.
 */
export function checkRules(untrusted: unknown): Checked {
  const parsed = SignRules.safeParse(untrusted);
  if (!parsed.success)
    return {
      kind: 'refused',
      problems: parsed.error.issues.slice(0, 20).map(({ path, message }) => `${path.join('.')}: ${message}`),
    };
  const { rules } = parsed.data;
  const twice = rules.filter(({ id }, at) => rules.findIndex((other) => other.id === id) !== at);
  if (twice.length > 0) return { kind: 'refused', problems: twice.map(({ id }) => `${id}: is there twice`) };
  let ready: ReadyRules;
  try {
    ready = readyRules(parsed.data);
  } catch (error) {
    return { kind: 'refused', problems: [error instanceof Error ? error.message : String(error)] };
  }
  const problems = rules.flatMap(({ id, languages, example, honest }) => {
    const holds = ({ path, text }: { readonly path: string; readonly text: string }) => {
      const content = Buffer.from(text, 'utf8').toString('latin1');
      return languagesOf(path, content)
        .filter((language) => languages.includes(language))
        .flatMap((language) => findSigns(path, null, content, language, ready).hits)
        .some(({ rule }) => rule.id === id);
    };
    return [
      ...(holds(example) ? [] : [`${id}: does not find its own example`]),
      ...(holds(honest) ? [`${id}: finds its own honest neighbour`] : []),
    ];
  });
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'usable', rules: ready };
}

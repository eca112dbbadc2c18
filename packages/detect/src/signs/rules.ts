import type { RuleLanguage, SignRule, SignRules } from '@komainu/model';
import { type Automaton, compile } from '../rules/automaton.ts';
import { literalOf, parsePattern } from '../rules/parse.ts';

/** A pattern made ready. */
export interface Matcher {
  /** Stands in everything it matches, in lower case; empty when none is known. */
  readonly literal: string;
  readonly automaton: Automaton;
}

export interface ReadyRule {
  readonly rule: SignRule;
  readonly path: Matcher | null;
  readonly all: readonly Matcher[];
}

/** Rules ready to be matched. */
export interface ReadyRules {
  readonly version: number;
  of(language: RuleLanguage): readonly ReadyRule[];
}

/** @throws SyntaxError that names the rule and what is wrong with its pattern. */
export function readyRules(rules: SignRules): ReadyRules {
  const known = new Map<string, Matcher>();
  const matcher = (id: string, pattern: string): Matcher => {
    const source = pattern.replaceAll(/\{\{([A-Z_]{1,20})\}\}/g, (_, name: string) => {
      if (!Object.hasOwn(rules.parts, name)) throw new SyntaxError(`${id}: there is no part {{${name}}}`);
      return `(?:${rules.parts[name]})`;
    });
    const there = known.get(source);
    if (there !== undefined) return there;
    try {
      const tree = parsePattern(source);
      const made = { literal: literalOf(tree), automaton: compile(tree) };
      known.set(source, made);
      return made;
    } catch (error) {
      throw new SyntaxError(`${id}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
  const ready = rules.rules.map((rule) => ({
    rule,
    path: rule.path === undefined ? null : matcher(rule.id, rule.path),
    all: rule.all.map((pattern) => matcher(rule.id, pattern)),
  }));
  return {
    version: rules.version,
    of: (language) => ready.filter(({ rule }) => rule.languages.includes(language)),
  };
}

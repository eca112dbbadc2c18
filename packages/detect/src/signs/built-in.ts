import { SignRules } from '@komainu/model';
import { type ReadyRules, readyRules } from './rules.ts';
import data from './signs.json' with { type: 'json' };

let ready: ReadyRules | undefined;

/** The rules that came with this version; each of their rows is tried by the tests. */
export const builtInRules = (): ReadyRules => (ready ??= readyRules(SignRules.parse(data)));

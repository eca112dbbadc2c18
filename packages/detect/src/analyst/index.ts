export { type Analyst, type AnalystOptions, openAnalyst } from './analyst.ts';
export { openOwnRules, type OwnRules, type OwnRulesOptions } from './own-rules.ts';

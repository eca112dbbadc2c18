export { type Analyst, type AnalystOptions, openAnalyst } from './analyst.ts';

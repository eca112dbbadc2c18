export { openBrowser, type ProbeBrowser } from './browser/browser.ts';
export { newCanary } from './canary/canary.ts';
export { PERSONAS } from './canary/personas.ts';
export { ProbeError, type ProbeErrorCode } from './error.ts';
export { type ParsedJourney, parseJourney } from './journey/parse.ts';
export { type Visited, type VisitOptions, visit } from './visit.ts';

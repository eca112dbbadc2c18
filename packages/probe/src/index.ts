export { openBrowser, type ProbeBrowser } from './browser/browser.ts';
export { newCanary, newCanaryPair } from './canary/canary.ts';
export { personaFor, personaOf, PERSONAS } from './canary/personas.ts';
export { type CheckOptions, check } from './check/check.ts';
export { openProbe, type Probe } from './check/probe.ts';
export { ProbeError, type ProbeErrorCode } from './error.ts';
export { type ParsedJourney, parseJourney } from './journey/parse.ts';
export { type Visited, type VisitOptions, visit } from './visit.ts';

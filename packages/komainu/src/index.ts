export { EXIT, type ExitCode } from './cli/errors.ts';
export { reportHtml, type Flow, type ReportInput } from './report/report.ts';
export { VERSION } from './version.ts';

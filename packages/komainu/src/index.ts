export { EXIT, type ExitCode } from './cli/errors.ts';
export { reportHtml, type ReportInput } from './report/report.ts';
export { VERSION } from './version.ts';

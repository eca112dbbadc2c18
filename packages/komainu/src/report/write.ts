import { extname } from 'node:path';
import { canonicalJson } from '@komainu/model';
import { KomainuError } from '../cli/errors.ts';
import { writeNamed } from '../cli/files.ts';
import { type ReportInput, reportHtml } from './report.ts';
import { reportSarif } from './sarif.ts';

const FORMATS: Readonly<Record<string, (input: ReportInput) => string>> = {
  '.html': reportHtml,
  '.htm': reportHtml,
  '.sarif': reportSarif,
  '.json': reportJson,
};

/** @throws KomainuError `usage` for a name whose ending is no format of ours; before any work is done. */
export function formatOf(file: string): (input: ReportInput) => string {
  const format = FORMATS[extname(file).toLowerCase()];
  if (format === undefined)
    throw new KomainuError('usage', {
      en: `--report ${file}: the name must end in .html, .json or .sarif`,
      ja: `--report ${file}: ファイル名の末尾は .html、.json、.sarif のいずれかにしてください。`,
    });
  return format;
}

export function writeReports(files: readonly string[], input: ReportInput): void {
  for (const file of files) writeNamed(file, 'report', formatOf(file)(input));
}

/** Judgement, ways of the card and whole recordings, for programs; bodies are named by their hash. */
function reportJson({ page, judgement, recordings, baseline, flows, version }: ReportInput): string {
  return canonicalJson({
    komainu: version,
    page,
    judgement,
    flows,
    recordings: recordings.map(({ ref, recording }) => ({ ref, recording })),
    baseline: baseline === null ? null : { ref: baseline.ref, baseline: baseline.baseline },
  });
}

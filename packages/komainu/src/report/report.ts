import type { Flow } from '@komainu/detect';
import type { Baseline, BlobRef, Judgement, Language, Recording } from '@komainu/model';
import { html, raw } from 'hono/html';
import { acts } from './acts.ts';
import { details } from './details.ts';
import { findings, unobserved } from './findings.ts';
import { picture } from './picture.ts';
import { STYLE } from './style.ts';
import { inZone } from './time.ts';
import { visits } from './visits.ts';
import { ADVICE, VERDICTS, WORDS } from './words.ts';

/** All a report shows. Bodies of the screenshots come with it: the file opens from disk, with no network. */
export interface ReportInput {
  readonly language: Language;
  readonly page: string;
  readonly judgement: Judgement;
  readonly recordings: readonly { readonly ref: BlobRef; readonly recording: Recording }[];
  readonly baseline: { readonly ref: BlobRef; readonly baseline: Baseline } | null;
  readonly flows: readonly Flow[];
  readonly timeZone: string;
  readonly version: string;
  readonly body: (ref: BlobRef) => Uint8Array | undefined;
}

/** Marks that turn the direction of writing: a page's own words must not turn ours around. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What hono's `html` gives: escaped already. */
export type Markup = ReturnType<typeof html>;

/**
 * One self-contained HTML file. Everything from the page is escaped, nothing in it is a link, and its own policy
 * forbids scripts and requests, so that a hostile page cannot speak through its report.
 */
export function reportHtml(input: ReportInput): string {
  const { language: l, judgement } = input;
  const kind = judgement.verdict.kind;
  const policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  const markup = html`<!doctype html>
<html lang="${l}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>${WORDS.title[l]}: ${VERDICTS[kind][l]}</title>
<style>${raw(STYLE)}</style>
</head>
<body><main>
<h1>Komainu · ${WORDS.title[l]}</h1>
<section class="verdict ${kind}">
<strong>${VERDICTS[kind][l]}</strong>
<p>${judgement.verdict.reason[l]}</p>
<p class="advice">${ADVICE[kind][l]}</p>
</section>
${facts(input)}
<h2>${WORDS.flows[l]}</h2>
<p class="quiet">${WORDS.flowsWhy[l]}</p>
${picture(input)}
${findings(input)}
${unobserved(input)}
${acts(input)}
${visits(input)}
${details(input)}
</main></body>
</html>
`;
  // Nothing above is asynchronous, so neither is the whole.
  if (markup instanceof Promise) throw new TypeError('the report has an asynchronous part');
  return markup.toString().replace(DIRECTION, '\ufffd');
}

function facts(input: ReportInput): Markup {
  const l = input.language;
  const visit = input.recordings[0]?.recording.visit;
  return html`<dl class="facts">
<dt>${WORDS.page[l]}</dt><dd><code>${input.page}</code></dd>
${visit ? html`<dt>${WORDS.visited[l]}</dt><dd>${inZone(visit.startedAt, input.timeZone)}</dd>` : ''}
${visit ? html`<dt>${WORDS.browser[l]}</dt><dd>${visit.browser.product}</dd>` : ''}
<dt>${WORDS.visits[l]}</dt><dd>${input.recordings.length}</dd>
</dl>`;
}

import type { Difference, Failure, Finding, Language } from '@komainu/model';
import { html } from 'hono/html';
import { diffLines } from './diff.ts';
import type { Markup, ReportInput } from './report.ts';
import { WORDS } from './words.ts';

export function findings({ judgement, language: l }: ReportInput): Markup {
  const shown = judgement.findings.filter((finding) => finding.grade !== 'unobserved');
  return html`<h2>${WORDS.what[l]}</h2>
${shown.length === 0 ? html`<p>${WORDS.nothing[l]}</p>` : shown.map((finding) => one(finding, l))}`;
}

function one(finding: Finding, l: Language): Markup {
  return html`<article class="finding ${finding.grade}">
<h3>${finding.title[l]}</h3>
<p>${finding.detail[l]}</p>
${finding.difference ? sideBySide(finding.difference, l) : ''}${finding.diff ? html`<pre class="diff">${diffLines(finding.diff).map((line) => `${line[l]}\n`)}</pre>` : ''}
<ul class="refs">${finding.references.map((reference) => html`<li>${reference.label}${reference.blob ? html` <code>${reference.blob}</code>` : ''}${reference.pointer ? html` <code>${reference.pointer}</code>` : ''}</li>`)}</ul>
<small>${finding.detector} · ${WORDS.severities[finding.severity][l]} · ${WORDS.confidences[finding.confidence][l]}</small>
</article>`;
}

/** Two messages that differ in nothing but the card: what differs is marked. */
function sideBySide({ message, part, a, b }: Difference, l: Language): Markup {
  const [head, tail] = common(a.text, b.text);
  const side = (text: string): Markup =>
    html`${text.slice(0, head)}<mark>${text.slice(head, text.length - tail)}</mark>${text.slice(text.length - tail)}`;
  return html`<table class="sides"><caption>${message}${part === '' ? '' : html` · <b>${part}</b>`}</caption>
<tr><th>${WORDS.cardA[l]}</th><th>${WORDS.cardB[l]}</th></tr>
<tr><td><code>${a.pointer === null ? WORDS.noMessage[l] : side(a.text)}</code></td><td><code>${b.pointer === null ? WORDS.noMessage[l] : side(b.text)}</code></td></tr></table>`;
}

/** How many characters two texts share at their beginning and, of the rest, at their end; pairs are not cut apart. */
function common(a: string, b: string): readonly [number, number] {
  const least = Math.min(a.length, b.length);
  let head = 0;
  while (head < least && a[head] === b[head]) head++;
  if (/[\ud800-\udbff]/.test(a[head - 1] ?? '')) head--;
  let tail = 0;
  while (tail < least - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  if (/[\udc00-\udfff]/.test(a[a.length - tail] ?? '')) tail--;
  return [head, tail];
}

export function unobserved({ judgement, recordings, language: l }: ReportInput): Markup {
  const missing = judgement.findings.filter((finding) => finding.grade === 'unobserved');
  const failures = recordings.flatMap(({ recording }) => (recording.failure ? [recording.failure] : []));
  return html`<h2>${WORDS.unobserved[l]}</h2>
${missing.length + failures.length === 0 ? html`<p>${WORDS.allObserved[l]}</p>` : ''}
${missing.map((finding) => one(finding, l))}
${failures.map((failure) => obstacle(failure, l))}`;
}

function obstacle(failure: Failure, l: Language): Markup {
  return html`<article class="finding unobserved"><h3>${failure.message[l]}</h3>
${failure.detail ? html`<p><code>${failure.detail}</code></p>` : ''}<small>${failure.code}</small></article>`;
}

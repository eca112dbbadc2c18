import type { Flow } from '@komainu/detect';
import type { Failure, Finding } from '@komainu/model';
import { html } from 'hono/html';
import type { Markup, ReportInput } from './report.ts';
import { FIELDS, WORDS } from './words.ts';

export function findings({ judgement, language: l }: ReportInput): Markup {
  const shown = judgement.findings.filter((finding) => finding.grade !== 'unobserved');
  return html`<h2>${WORDS.what[l]}</h2>
${shown.length === 0 ? html`<p>${WORDS.nothing[l]}</p>` : shown.map((finding) => one(finding, l))}`;
}

function one(finding: Finding, l: 'en' | 'ja'): Markup {
  return html`<article class="finding ${finding.grade}">
<h3>${finding.title[l]}</h3>
<p>${finding.detail[l]}</p>
<ul class="refs">${finding.references.map((reference) => html`<li>${reference.label}${reference.blob ? html` <code>${reference.blob}</code>` : ''}${reference.pointer ? html` <code>${reference.pointer}</code>` : ''}</li>`)}</ul>
<small>${finding.detector} · ${finding.severity} · ${finding.confidence}</small>
</article>`;
}

export function flows({ flows: all, language: l }: ReportInput): Markup {
  return html`<h2>${WORDS.flows[l]}</h2>
<p class="quiet">${WORDS.flowsWhy[l]}</p>
${all.length === 0 ? html`<p>${WORDS.noFlows[l]}</p>` : all.map((flow) => path(flow, l))}`;
}

function path(flow: Flow, l: 'en' | 'ja'): Markup {
  const how = flow.encodings.length === 0 ? WORDS.asTyped[l] : flow.encodings.join(' › ');
  return html`<div class="path ${flow.approved ? 'clean' : 'tampered'}"><span>${FIELDS[flow.field][l]}</span><i>→</i>
${flow.script ? html`<span>${flow.script}</span><i>→</i>` : ''}<span>${flow.channel} · ${how}</span><i>→</i><span>${flow.destination}</span>
<b>${flow.approved ? WORDS.approved[l] : WORDS.notApproved[l]}</b></div>`;
}

export function unobserved({ judgement, recordings, language: l }: ReportInput): Markup {
  const missing = judgement.findings.filter((finding) => finding.grade === 'unobserved');
  const failures = recordings.flatMap(({ recording }) => (recording.failure ? [recording.failure] : []));
  return html`<h2>${WORDS.unobserved[l]}</h2>
${missing.length + failures.length === 0 ? html`<p>${WORDS.allObserved[l]}</p>` : ''}
${missing.map((finding) => one(finding, l))}
${failures.map((failure) => obstacle(failure, l))}`;
}

function obstacle(failure: Failure, l: 'en' | 'ja'): Markup {
  return html`<article class="finding unobserved"><h3>${failure.message[l]}</h3>
${failure.detail ? html`<p><code>${failure.detail}</code></p>` : ''}<small>${failure.code}</small></article>`;
}

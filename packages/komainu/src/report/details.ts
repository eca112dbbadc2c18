import type { Artifacts, BlobRef, ObservedScript, Recording } from '@komainu/model';
import { html, raw } from 'hono/html';
import type { Markup, ReportInput } from './report.ts';
import { inZone } from './time.ts';
import { roleOf } from './visits.ts';
import { WORDS } from './words.ts';

/** Headers a payment page is expected to send; those not received are named. */
const SECURITY_HEADERS = [
  'content-security-policy',
  'content-security-policy-report-only',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'permissions-policy',
  'cross-origin-opener-policy',
];

export function details(input: ReportInput): Markup {
  const l = input.language;
  return html`<h2>${WORDS.details[l]}</h2>
${input.recordings.map(({ ref, recording }, at) => html`<details class="visit"${at === 0 ? raw(' open') : ''}><summary>${at + 1}. ${roleOf(recording.visit.role, l)} · ${recording.visit.persona.id}</summary>${ofVisit(input, ref, recording)}</details>`)}`;
}

function ofVisit(input: ReportInput, ref: BlobRef, recording: Recording): Markup {
  const { language: l } = input;
  const { artifacts } = recording;
  return html`${shots(input, artifacts)}${scripts(input, artifacts)}${destinations(input, artifacts)}${connections(input, artifacts)}${headers(input, artifacts)}${frames(input, artifacts)}
<h3>${WORDS.steps[l]}</h3>
<div class="wide"><table>${recording.steps.map((step) => html`<tr><td class="n">${step.index + 1}</td><td>${step.type}</td><td class="n">${Math.round(step.took)} ms</td><td>${step.failure ? step.failure.message[l] : '✓'}</td></tr>`)}</table></div>
<h3>${WORDS.evidence[l]}</h3>
<p class="quiet">${WORDS.evidenceWhy[l]}</p>
<dl class="facts"><dt>${WORDS.recording[l]}</dt><dd><code>${ref}</code></dd><dt>${WORDS.baseline[l]}</dt><dd>${input.baseline ? html`<code>${input.baseline.ref}</code> · ${input.baseline.baseline.approvedBy} · ${input.baseline.baseline.approvedAt}` : WORDS.noBaseline[l]}</dd><dt>Komainu</dt><dd>${input.version}</dd></dl>`;
}

const observed = <K extends keyof Artifacts>(artifacts: Artifacts, name: K) => {
  const artifact = artifacts[name];
  return artifact?.kind === 'observed'
    ? (artifact.value as Extract<NonNullable<Artifacts[K]>, { kind: 'observed' }>['value'])
    : [];
};

function shots(input: ReportInput, artifacts: Artifacts): Markup {
  const shown = observed(artifacts, 'screenshots').flatMap((shot) => {
    const body = input.body(shot.blob);
    return body
      ? [{ ...shot, data: `data:${shot.mime};base64,${Buffer.from(body).toString('base64')}` }]
      : [];
  });
  return shown.length === 0
    ? html``
    : html`<h3>${WORDS.screenshots[input.language]}</h3><div class="shots">${shown.map((shot) => html`<figure><img src="${shot.data}" alt="${shot.label}"><figcaption>${shot.label} · ${inZone(shot.at, input.timeZone)}</figcaption></figure>`)}</div>`;
}

function scripts(input: ReportInput, artifacts: Artifacts): Markup {
  const { language: l } = input;
  const approved = new Map((input.baseline?.baseline.scripts ?? []).map((script) => [script.where, script]));
  const rows = distinctScripts(observed(artifacts, 'scripts'));
  return html`<h3>${WORDS.scripts[l]} (${rows.length})</h3>
<div class="wide"><table><tr><th>${WORDS.where[l]}</th><th>${WORDS.size[l]}</th><th>SHA-256</th><th>${WORDS.owner[l]}</th><th>${WORDS.justification[l]}</th></tr>
${rows.map(({ script, where, times }) => html`<tr><td>${where}<br><span class="quiet">${script.kind}, ${script.target}${times > 1 ? ` ×${times}` : ''}</span></td><td class="n">${script.bytes}</td><td><code>${script.body.slice(7, 23)}…</code></td><td>${approved.get(where)?.owner ?? WORDS.none[l]}</td><td>${approved.get(where)?.justification ?? WORDS.none[l]}</td></tr>`)}</table></div>`;
}

/** A journey loads the same script on every page: one row for each place and body, those of the last page first. */
function distinctScripts(scripts: readonly ObservedScript[]) {
  const rows = new Map<
    string,
    { readonly script: ObservedScript; readonly where: string; readonly times: number }
  >();
  for (const script of scripts.toReversed()) {
    const where = script.url === null ? `inline:${bare(script.frameUrl)}` : bare(script.url);
    const key = `${where} ${script.body}`;
    rows.set(key, { script, where, times: (rows.get(key)?.times ?? 0) + 1 });
  }
  return [...rows.values()];
}

function destinations(input: ReportInput, artifacts: Artifacts): Markup {
  const { language: l } = input;
  const approved = new Map((input.baseline?.baseline.destinations ?? []).map((one) => [one.origin, one]));
  const counts = new Map<string, number>();
  for (const message of observed(artifacts, 'wire')) {
    const origin = originOf(message.url);
    counts.set(origin, (counts.get(origin) ?? 0) + 1);
  }
  return html`<h3>${WORDS.destinations[l]} (${counts.size})</h3>
<div class="wide"><table><tr><th>${WORDS.where[l]}</th><th>${WORDS.messages[l]}</th><th></th><th>${WORDS.justification[l]}</th></tr>
${[...counts].map(([origin, count]) => html`<tr><td>${origin}</td><td class="n">${count}</td><td>${approved.has(origin) ? WORDS.approved[l] : WORDS.notApproved[l]}</td><td>${approved.get(origin)?.justification ?? WORDS.none[l]}</td></tr>`)}</table></div>`;
}

function connections(input: ReportInput, artifacts: Artifacts): Markup {
  const { language: l } = input;
  const all = observed(artifacts, 'connections');
  if (all.length === 0) return html``;
  const rows = new Map<string, { times: number; sent: number; received: number }>();
  for (const one of all) {
    const refused = one.outcome.kind === 'refused' ? ` (${one.outcome.reason})` : '';
    const key = `${one.host}:${one.port}${refused}`;
    const row = rows.get(key) ?? { times: 0, sent: 0, received: 0 };
    rows.set(key, {
      times: row.times + 1,
      sent: row.sent + one.sent,
      received: row.received + one.received,
    });
  }
  return html`<h3>${WORDS.connections[l]} (${all.length})</h3><p class="quiet">${WORDS.connectionsWhy[l]}</p>
<div class="wide"><table><tr><th>${WORDS.where[l]}</th><th>×</th><th>${WORDS.sent[l]}</th><th>${WORDS.received[l]}</th></tr>
${[...rows].map(([place, row]) => html`<tr><td>${place}</td><td class="n">${row.times}</td><td class="n">${row.sent}</td><td class="n">${row.received}</td></tr>`)}</table></div>`;
}

function headers(input: ReportInput, artifacts: Artifacts): Markup {
  const { language: l } = input;
  const documents = observed(artifacts, 'headers').filter(
    (document) => bare(document.url) === bare(input.page),
  );
  const last = documents.at(-1);
  if (!last) return html``;
  return html`<h3>${WORDS.headers[l]}</h3><div class="wide"><table>
${SECURITY_HEADERS.map((name) => {
  const values = last.headers.filter(([key]) => key === name).map(([, value]) => value);
  return html`<tr><th>${name}</th><td>${values.length === 0 ? html`<span class="quiet">${WORDS.missing[l]}</span>` : html`<code>${values.join('\n')}</code>`}</td></tr>`;
})}</table></div>`;
}

function frames(input: ReportInput, artifacts: Artifacts): Markup {
  const { language: l } = input;
  return html`<h3>${WORDS.frames[l]}</h3><div class="wide"><table>
${observed(artifacts, 'frames').map((frame) => html`<tr><td>iframe</td><td>${frame.url}</td><td>${frame.rect ? `${Math.round(frame.rect.width)}×${Math.round(frame.rect.height)}` : ''}</td></tr>`)}
${observed(artifacts, 'forms').map((form) => html`<tr><td>form</td><td>${form.method.toUpperCase()} ${form.action}</td><td>${form.fields.flatMap((field) => (field.card ? [field.card] : [])).join(', ')}</td></tr>`)}
${observed(artifacts, 'cardFields').map((field) => html`<tr><td>${field.field}</td><td>${field.origin} <code>${field.selector}</code></td><td>${field.typedAt ?? ''}</td></tr>`)}</table></div>`;
}

/** Origin and path, without query and fragment. */
function bare(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? (parsed.origin === 'null' ? url : parsed.origin + parsed.pathname) : url;
}

const originOf = (url: string): string => {
  const parsed = URL.parse(url);
  return parsed ? (parsed.origin === 'null' ? parsed.protocol : parsed.origin) : url;
};

import type { ScriptAct } from '@komainu/model';
import { html } from 'hono/html';
import { inOrder } from './paths.ts';
import type { Markup, ReportInput } from './report.ts';
import { FIELDS, WORDS } from './words.ts';

interface Row {
  readonly script: string;
  readonly act: ScriptAct;
  times: number;
}

/** Which script did what with a typed value; the debugger's word, not the page's. */
export function acts(input: ReportInput): Markup {
  const { language: l } = input;
  const all = input.recordings.flatMap(({ recording }) => {
    const artifact = recording.artifacts.acts;
    return artifact?.kind === 'observed' ? artifact.value : [];
  });
  const recorded = input.recordings.some(({ recording }) => recording.artifacts.acts !== undefined);
  if (!recorded) return html``;
  const rows = merged(all);
  return html`<h2>${WORDS.acts[l]}</h2><p class="quiet">${WORDS.actsWhy[l]}</p>
${
  rows.length === 0
    ? html`<p>${WORDS.noActs[l]}</p>`
    : html`<div class="wide"><table><tr><th>${WORDS.byScript[l]}</th><th>${WORDS.did[l]}</th><th>${WORDS.field[l]}</th><th></th><th>×</th></tr>
${rows.map(
  ({ script, act, times }) =>
    html`<tr><td>${script}</td><td>${WORDS.doing[act.act][l]}<br><code>${act.api}</code></td><td>${inOrder(
      act.fields,
    )
      .map((field) => FIELDS[field][l])
      .join(l === 'ja' ? '、' : ', ')}</td><td>${act.detail ?? ''}</td><td class="n">${times}</td></tr>`,
)}</table></div>`
}`;
}

/** The same by the same script in several visits is one row. */
function merged(all: readonly ScriptAct[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const act of all) {
    const top = act.stack.find((frame) => frame.url !== '');
    const script = top ? `${top.url.split(/[?#]/, 1)[0]}:${top.line + 1}` : act.frameUrl;
    const key = JSON.stringify([script, act.act, act.api, act.fields, act.detail]);
    const row = rows.get(key);
    if (row) row.times += act.count;
    else rows.set(key, { script, act, times: act.count });
  }
  return [...rows.values()];
}

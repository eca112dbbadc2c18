import type { Language, Recording, VisitRole } from '@komainu/model';
import { html } from 'hono/html';
import type { Markup, ReportInput } from './report.ts';
import { inZone } from './time.ts';
import { WORDS } from './words.ts';

/** Who visited, when and what for: the visits of a check answer different questions. */
export function visits({ recordings, language: l, timeZone }: ReportInput): Markup {
  return html`<h2>${WORDS.visits[l]}</h2><p class="quiet">${WORDS.visitsWhy[l]}</p><div class="wide"><table>
<tr><th></th><th>${WORDS.role[l]}</th><th>${WORDS.persona[l]}</th><th>${WORDS.visited[l]}</th><th>${WORDS.took[l]}</th><th>${WORDS.outcome[l]}</th></tr>
${recordings.map(({ recording }, at) => row(recording, at, l, timeZone))}</table></div>`;
}

function row({ visit, failure, steps }: Recording, at: number, l: Language, timeZone: string): Markup {
  const { persona } = visit;
  const took = (Date.parse(visit.endedAt) - Date.parse(visit.startedAt)) / 1000;
  const who = [
    `${persona.device} ${persona.viewport.width}×${persona.viewport.height}`,
    persona.languages.join(', '),
    persona.timeZone,
    ...(persona.referrer === null ? [] : [persona.referrer]),
    ...(persona.returning === true ? [WORDS.returning[l]] : []),
  ];
  const end = failure === null ? `✓ ${steps.length}` : failure.message[l];
  return html`<tr><td class="n">${at + 1}</td><td>${roleOf(visit.role, l)}${unpinnedOf(visit.role, l)}</td><td>${who.join('; ')}</td><td>${inZone(visit.startedAt, timeZone)}</td><td class="n">${took.toFixed(1)} s</td><td>${end}</td></tr>`;
}

export function roleOf(role: VisitRole | undefined, l: Language): string {
  if (role === undefined) return WORDS.oneVisit[l];
  if (role.kind === 'free') return WORDS.free[role.draws][l];
  return `${WORDS.pinned[l]} ${role.card.toUpperCase()}${"'".repeat(role.round - 1)}`;
}

const unpinnedOf = (role: VisitRole | undefined, l: Language): Markup | '' =>
  role?.kind === 'pinned' && role.unpinned.length > 0
    ? html`<br><span class="quiet">${WORDS.unpinned[l]}: ${role.unpinned.join('; ')}</span>`
    : '';

import { html, raw } from 'hono/html';
import { type Path, pathsOf } from './paths.ts';
import type { Markup, ReportInput } from './report.ts';
import { WORDS } from './words.ts';

const COLUMNS = [
  { x: 0, width: 130 },
  { x: 190, width: 250 },
  { x: 500, width: 220 },
  { x: 780, width: 244 },
] as const;
const WIDTH = 1024;
const ROW = 54;
const BOX = 38;
/** A picture of more ways than this is none; the rest is in the list below it. */
const MAX_PATHS = 24;

/** Field, script, channel, destination, from left to right; what is not approved in red and drawn last. */
export function picture(input: ReportInput): Markup {
  const { language: l } = input;
  const paths = pathsOf(input);
  if (paths.length === 0) return html`<p>${WORDS.noFlows[l]}</p>`;
  const shown = [...paths].sort((a, b) => Number(a.approved) - Number(b.approved)).slice(0, MAX_PATHS);
  const columns = [
    nodes(shown, ({ field }) => field),
    nodes(shown, ({ script }) => script),
    nodes(shown, ({ how }) => how),
    nodes(shown, ({ to }) => to),
  ];
  const rows = Math.max(...columns.map((column) => column.length));
  const height = 30 + rows * ROW;
  const heads = [WORDS.field, WORDS.script, WORDS.channel, WORDS.destination].map(
    (word, at) => html`<text class="head" x="${COLUMNS[at]?.x ?? 0}" y="14">${word[l]}</text>`,
  );
  const edges = shown.toReversed().flatMap((path) => edgesOf(path, columns));
  const boxes = columns.flatMap((column, at) => column.map((node, row) => box(node, at, row)));
  const label = shown
    .map(
      (path) =>
        `${path.field} → ${path.script} → ${path.how} → ${path.to}: ${(path.approved ? WORDS.approved : WORDS.notApproved)[l]}`,
    )
    .join('; ');
  return html`<div class="wide"><svg class="picture" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
${heads}${edges}${boxes}</svg></div>
<p class="legend"><b class="clean">━</b> ${WORDS.approved[l]}　<b class="tampered">━</b> ${WORDS.notApproved[l]}${paths.length > MAX_PATHS ? html`　${WORDS.more[l]} ${paths.length - MAX_PATHS}` : ''}</p>
<details><summary>${WORDS.inWords[l]}</summary><ol class="paths">${paths.map((path) => html`<li class="${path.approved ? 'clean' : 'tampered'}">${path.field} → ${path.script} → ${path.how} → ${path.to} <b>${(path.approved ? WORDS.approved : WORDS.notApproved)[l]}</b></li>`)}</ol></details>`;
}

interface Node {
  readonly name: string;
  readonly approved: boolean;
}

/** Distinct names in the order they come; red when any way through it is. */
function nodes(paths: readonly Path[], name: (path: Path) => string): readonly Node[] {
  const found = new Map<string, boolean>();
  for (const path of paths) found.set(name(path), (found.get(name(path)) ?? true) && path.approved);
  return [...found].map(([text, approved]) => ({ name: text, approved }));
}

const middleOf = (row: number): number => 30 + row * ROW + BOX / 2;

function edgesOf(path: Path, columns: readonly (readonly Node[])[]): readonly Markup[] {
  const names = [path.field, path.script, path.how, path.to];
  return [0, 1, 2].map((at) => {
    const from = COLUMNS[at] ?? COLUMNS[0];
    const to = COLUMNS[at + 1] ?? COLUMNS[3];
    const y = (column: number): number =>
      middleOf((columns[column] ?? []).findIndex((node) => node.name === names[column]));
    const [x1, x2] = [from.x + from.width, to.x];
    const middle = (x1 + x2) / 2;
    const line = `M${x1} ${y(at)}C${middle} ${y(at)} ${middle} ${y(at + 1)} ${x2} ${y(at + 1)}`;
    return html`<path class="${path.approved ? 'clean' : 'tampered'}" d="${raw(line)}"/>`;
  });
}

function box({ name, approved }: Node, column: number, row: number): Markup {
  const { x, width } = COLUMNS[column] ?? COLUMNS[0];
  const y = 30 + row * ROW;
  const [first, second] = lines(name, Math.floor((width - 14) / 7));
  const text =
    second === undefined
      ? html`<text x="${x + 8}" y="${y + 23}">${first}</text>`
      : html`<text x="${x + 8}" y="${y + 16}">${first}</text><text x="${x + 8}" y="${y + 31}">${second}</text>`;
  return html`<g class="${approved ? 'clean' : 'tampered'}"><title>${name}</title><rect x="${x}" y="${y}" width="${width}" height="${BOX}" rx="5"/>${text}</g>`;
}

/** One or two lines of at most `most` columns; the beginning and the end of an address say most. */
function lines(name: string, most: number): readonly [string, string?] {
  const chars = Array.from(name);
  const widths = chars.map((char) => ((char.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1));
  const fit = (from: number): number => {
    let used = 0;
    let at = from;
    while (at < chars.length && used + (widths[at] ?? 1) <= most) used += widths[at++] ?? 1;
    return at;
  };
  const end = fit(0);
  if (end === chars.length) return [name];
  const first = chars.slice(0, end).join('');
  if (fit(end) === chars.length) return [first, chars.slice(end).join('')];
  let used = 1;
  let at = chars.length;
  while (at > end && used + (widths[at - 1] ?? 1) <= most) used += widths[--at] ?? 1;
  return [first, `…${chars.slice(at).join('')}`];
}

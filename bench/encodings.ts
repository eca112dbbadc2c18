/**
 * Where a typed card number hides and is found: encodings by channels, put to the detectors as literal messages.
 *
 *   node --conditions=source bench/encodings.ts
 *
 * Prints a row an encoding (a letter a channel, `.` where it was missed), the share found, and what was missed by
 * name. Exits 1 below 95 %.
 */
import { type Cell, OUT_OF_SCOPE, table } from '../packages/detect/test/canary-table.ts';

const LEAST = 0.95;

const group = (cells: readonly Cell[]): ReadonlyMap<string, readonly Cell[]> =>
  Map.groupBy(cells, ({ encoding }) => encoding);

/** The table as text, and the share of its cells that were found. */
export function encodings(): { readonly text: string; readonly share: number } {
  const cells = table();
  const hits = cells.filter(({ hit }) => hit).length;
  const share = hits / cells.length;
  const rows = [...group(cells)].map(([encoding, row]) => {
    const marks = row.map(({ channel, hit }) => (hit ? channel : '.'.repeat(channel.length))).join(' ');
    const called = row.find(({ hit, called: name }) => hit && name !== '')?.called ?? '';
    return `${encoding.padEnd(38)} ${marks.padEnd(70)} ${called}`;
  });
  const missed = [...group(cells.filter(({ hit }) => !hit))].map(
    ([encoding, row]) => `  ${encoding}: ${row.map(({ channel }) => channel).join(', ')}`,
  );
  return {
    share,
    text: [
      ...rows,
      '',
      `${hits} of ${cells.length} found (${(share * 100).toFixed(1)} %), ${group(cells).size} encodings`,
      missed.length === 0 ? 'missed: none' : `missed:\n${missed.join('\n')}`,
      `not of this layer, and not in the share:\n${OUT_OF_SCOPE.map((name) => `  ${name}`).join('\n')}`,
    ].join('\n'),
  };
}

if (import.meta.main) {
  const { text, share } = encodings();
  console.log(text);
  process.exitCode = share >= LEAST ? 0 : 1;
}

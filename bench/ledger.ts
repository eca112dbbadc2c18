import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ledger, openKeys, openLedger, verifyLedger } from '@komainu/evidence';

/** One line of the table; `peer` is the raw file with the same bytes and the same waiting, `ratio` = peer / ours. */
export interface LedgerRow {
  readonly what: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly unit: string;
}

const ENTRY_BYTES = 500;
const ROUNDS = 5;
const SINGLES = 200;
const BATCH = 1000;
const BATCHES = 10;
const VERIFY_ENTRIES = 200_000;

const entry = (at: number): Uint8Array => Buffer.from(`{"at":${at}}`.padEnd(ENTRY_BYTES, 'x'));

/** Appends to one open file, each `group` of entries followed by one fsync: the least that durable storage costs. */
async function rawAppends(path: string, groups: number, group: number): Promise<number> {
  const file = await open(path, 'a');
  const start = performance.now();
  for (let at = 0; at < groups; at += 1) {
    await file.write(Buffer.concat(Array.from({ length: group }, (_, each) => entry(at * group + each))));
    await file.sync();
  }
  const seconds = (performance.now() - start) / 1000;
  await file.close();
  return (groups * group) / seconds;
}

async function ledgerAppends(ledger: Ledger, groups: number, group: number): Promise<number> {
  const start = performance.now();
  for (let at = 0; at < groups; at += 1)
    await Promise.all(Array.from({ length: group }, (_, each) => ledger.append(entry(at * group + each))));
  return (groups * group * 1000) / (performance.now() - start);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Rounds of ours and the peer's alternate, so that a busy neighbour disturbs both. */
async function compare(
  what: string,
  ours: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<LedgerRow> {
  const results: { readonly ours: number; readonly peer: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) results.push({ ours: await ours(), peer: await peer() });
  return {
    what,
    ours: median(results.map((each) => each.ours)),
    peer: median(results.map((each) => each.peer)),
    unit: 'entries/s',
  };
}

/** Measures the ledger beside raw `write` + `fsync` of the same bytes, on the disk of the system's temporary folder. */
export async function benchLedger(): Promise<readonly LedgerRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'komainu-bench-'));
  try {
    const keys = await openKeys({ dir: join(dir, 'keys'), name: 'bench.example/ledger' });
    const ledger = await openLedger({ dir: join(dir, 'ledger'), keys });
    const raw = join(dir, 'raw');
    await ledgerAppends(ledger, 50, 1);
    await rawAppends(raw, 50, 1);
    const rows = [
      await compare(
        'append, each waits for the one before',
        () => ledgerAppends(ledger, SINGLES, 1),
        () => rawAppends(raw, SINGLES, 1),
      ),
      await compare(
        `append, ${BATCH} at once`,
        () => ledgerAppends(ledger, BATCHES, BATCH),
        () => rawAppends(raw, BATCHES, BATCH),
      ),
    ];
    while (ledger.size < VERIFY_ENTRIES) await ledgerAppends(ledger, 1, VERIFY_ENTRIES - ledger.size);
    const { size } = ledger;
    await ledger.close();
    const start = performance.now();
    const verdict = await verifyLedger(join(dir, 'ledger'), keys.vkey);
    if (!verdict.ok)
      throw new Error(`the ledger of the benchmark does not verify: ${JSON.stringify(verdict)}`);
    const perSecond = (size * 1000) / (performance.now() - start);
    const opening = performance.now();
    await (await openLedger({ dir: join(dir, 'ledger'), keys })).close();
    return [
      ...rows,
      { what: `verify, ${size} entries`, ours: perSecond, peer: null, unit: 'entries/s' },
      { what: `open, ${size} entries`, ours: performance.now() - opening, peer: null, unit: 'ms' },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function ledgerTable(rows: readonly LedgerRow[]): string {
  const cells = rows.map(({ what, ours, peer, unit }) => [
    what,
    `${Math.round(ours).toLocaleString('en')} ${unit}`,
    peer === null ? '' : `${Math.round(peer).toLocaleString('en')} ${unit}`,
    peer === null ? '' : `${(peer / ours).toFixed(2)}x`,
  ]);
  const table = [['ledger', 'komainu', 'raw write + fsync', 'raw / komainu'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n(${ENTRY_BYTES}-byte entries, ${cpus().length} cores, medians of ${ROUNDS} interleaved rounds)\n`;
}

if (import.meta.main) process.stdout.write(ledgerTable(await benchLedger()));

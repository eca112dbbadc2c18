/**
 * `make bench-endure`: one server makes CHECKS full checks in a row (200) of the reference shop's payment page; what it
 * and its browser hold in memory after each is written down. Exit code 1: a check was not clean once the page was
 * approved, or the last 20 hold over a tenth more than the first 20.
 */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../drills/lib/port.ts';
import { openKomainu, openShop } from '../drills/lib/stage.ts';

const CHECKS = Number(process.env['CHECKS'] ?? 200);
const GROUP = 20;
const MIB = 1024;

interface Result {
  readonly check: string;
  readonly verdict: string;
  readonly recordings: readonly string[];
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
/** MiB resident in one process. */
const rss = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / MIB;
/** MiB of what is under a process, shared pages split among their users. */
function under(root: number): number {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(
      (name) => [Number(name), Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1])] as const,
    );
  const sum = (pid: number): number =>
    parents
      .filter(([, parent]) => parent === pid)
      .reduce((total, [child]) => {
        const pss = Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${child}/smaps_rollup`))?.[1] ?? 0) / MIB;
        return total + pss + sum(child);
      }, 0);
  return sum(root);
}

const dir = mkdtempSync(join(tmpdir(), 'komainu-bench-endure-'));
const port = await freePort();
const shop = await openShop(join(dir, 'shop'), { komainuPort: port });
const komainu = openKomainu(shop, { port, everySeconds: 86_400 });
const { api, process: server } = await komainu.up();
const pid = server.child.pid ?? 0;
const close = async (): Promise<void> => {
  await server.stop();
  await shop.stop();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void close().finally(() => process.exit(1)));
const verdicts = new Map<string, number>();
const rows: { readonly server: number; readonly browser: number; readonly seconds: number }[] = [];
const check = async (): Promise<Result> => {
  const response = await api.post('/api/shops/komorebi/pages/payment/check', {});
  if (!response.ok) throw new Error(`a check could not be made: ${response.status} ${await response.text()}`);
  return (await response.json()) as Result;
};
try {
  const { check: first } = await check();
  const approval = { person: 'bench', check: first, justification: 'the untampered page' };
  const approved = await api.post('/api/shops/komorebi/pages/payment/baseline', approval);
  if (!approved.ok) throw new Error(`approve: ${approved.status} ${await approved.text()}`);
  for (let i = 0; i < CHECKS; i++) {
    const began = performance.now();
    const { verdict, recordings } = await check();
    const seconds = (performance.now() - began) / 1_000;
    rows.push({ server: rss(pid), browser: under(pid), seconds });
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    const last = rows.at(-1);
    console.log(
      `${String(i + 1).padStart(4)}  ${verdict.padEnd(20)} ${recordings.length} visits ${seconds.toFixed(1).padStart(6)} s  server ${last?.server.toFixed(0)} MiB  browser ${last?.browser.toFixed(0)} MiB`,
    );
  }
} finally {
  await close();
}

const group = Math.min(GROUP, Math.floor(rows.length / 2));
const grown = (name: 'server' | 'browser'): number => {
  const first = median(rows.slice(0, group).map((row) => row[name]));
  const last = median(rows.slice(-group).map((row) => row[name]));
  console.log(
    `${name}: first ${group} ${first.toFixed(0)} MiB, last ${group} ${last.toFixed(0)} MiB (medians), ${(last / first).toFixed(3)}x`,
  );
  return last / first;
};
console.log(
  `${rows.length} checks, median ${median(rows.map(({ seconds }) => seconds)).toFixed(1)} s; ${[...verdicts].map(([verdict, count]) => `${verdict} ${count}`).join(', ')}`,
);
const flat = [grown('server'), grown('browser')].every((ratio) => ratio <= 1.1);
process.exitCode = flat && verdicts.size === 1 && verdicts.has('clean') ? 0 : 1;

/**
 * One whole `komainu check` (start, journey, canary, judgement, report) beside one whole Lighthouse run on the same
 * payment page of the reference shop, interleaved. Lighthouse cannot walk there: it is handed a shopper's cookies.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCrowd } from '../drills/lib/customer.ts';
import { openShop, openKomainu, type ShopStage } from '../drills/lib/stage.ts';
import { cpuByPart, cpuOf, type Part, PARTS } from './lib/cpu.ts';

export interface CheckRow {
  readonly what: string;
  /** Medians, seconds: from start to exit, and CPU of the process and all it waited for. */
  readonly wall: number;
  readonly cpu: number;
  /** Of one run, the median one: CPU seconds of each part. */
  readonly parts: Readonly<Record<Part, number>>;
}
type Run = Omit<CheckRow, 'what'>;

const ROUNDS = 5;
const LIGHTHOUSE = join(import.meta.dirname, 'peers/node_modules/.bin/lighthouse');
const KOMAINU = join(import.meta.dirname, '../packages/komainu/src/main.ts');
const CHROMIUM = process.env['KOMAINU_CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * Wall and CPU seconds of a command and of every process under it. What a browser's renderers used is lost to whoever
 * waits for the browser, because it is killed and does not wait for them: so the tree is looked at until it ends.
 */
function timed(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const [file = '', ...args] = command;
    const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
    let cpu = 0;
    let parts: Readonly<Record<Part, number>> = cpuByPart(0);
    const timer = setInterval(() => {
      cpu = Math.max(cpu, cpuOf(child.pid ?? 0));
      const now = cpuByPart(child.pid ?? 0);
      // The last look before the browser is killed is the fullest.
      if (now.pages >= parts.pages) parts = now;
    }, 50);
    child.once('exit', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ wall: (performance.now() - began) / 1_000, cpu, parts });
      else reject(new Error(`${command.join(' ')}: exit ${code}`));
    });
  });
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function cookiesOf(shop: ShopStage): Promise<{ header: string; close(): Promise<void> }> {
  const crowd = await openCrowd(shop.addresses.storefront);
  const customer = await crowd.customer();
  await customer.toPayment();
  const cookies = await customer.page.context().cookies();
  return {
    header: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    close: () => crowd.close(),
  };
}

export async function benchCheck(): Promise<readonly CheckRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'komainu-bench-check-'));
  const shop = await openShop(join(dir, 'shop'), { komainuPort: 1 });
  try {
    const komainu = openKomainu(shop, { port: 1 });
    const baseline = join(dir, 'baseline.json');
    const page = new URL('/checkout/payment', shop.addresses.storefront).href;
    const approve = await komainu.run(
      'check',
      '--config',
      komainu.config,
      '--approve',
      baseline,
      '--by',
      'bench',
      '--report',
      join(dir, 'r.html'),
    );
    if (approve.code !== 0) throw new Error(`approve: ${approve.stdout}${approve.stderr}`);
    const shopper = await cookiesOf(shop);
    await shopper.close();
    const ours: Run[] = [];
    const single: Run[] = [];
    const theirs: Run[] = [];
    const report = join(dir, 'r.html');
    const checkOnce = (depth: 'full' | 'one') =>
      timed(
        [
          process.execPath,
          '--conditions=source',
          '--disable-warning=ExperimentalWarning',
          KOMAINU,
          'check',
          '--config',
          komainu.config,
          '--baseline',
          baseline,
          '--depth',
          depth,
          '--report',
          report,
        ],
        {},
      );
    /** Made again when something stood in the way of a clean verdict: that is told, and not measured. */
    const ourCheck = async (depth: 'full' | 'one'): Promise<Run> => {
      for (let tries = 1; ; tries++)
        try {
          return await checkOnce(depth);
        } catch (error) {
          const why = readFileSync(report, 'utf8').match(/<p><code>[^<]*/g) ?? [];
          console.log(`  a check was not clean: ${String(error)}: ${why.join(' | ')}`);
          if (tries === 3) throw error;
        }
    };
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await ourCheck('full'));
      single.push(await ourCheck('one'));
      theirs.push(
        await timed(
          [
            process.execPath,
            LIGHTHOUSE,
            page,
            '--quiet',
            '--output=json',
            `--output-path=${join(dir, 'lh.json')}`,
            `--extra-headers=${JSON.stringify({ Cookie: shopper.header })}`,
            '--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking',
          ],
          { CHROME_PATH: CHROMIUM },
        ),
      );
    }
    const row = (what: string, runs: readonly Run[]): CheckRow => ({
      what,
      wall: median(runs.map((run) => run.wall)),
      cpu: median(runs.map((run) => run.cpu)),
      parts: (runs.toSorted((a, b) => a.cpu - b.cpu)[Math.floor(runs.length / 2)] ?? { parts: cpuByPart(0) })
        .parts,
    });
    return [
      row('komainu check, all visits', ours),
      row('komainu check, one visit', single),
      row('lighthouse', theirs),
    ];
  } finally {
    await shop.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

export function checkTable(rows: readonly CheckRow[]): string {
  const lines = rows.map(
    ({ what, wall, cpu, parts }) =>
      `  ${what.padEnd(26)} ${wall.toFixed(2).padStart(7)} s wall ${cpu.toFixed(2).padStart(7)} s CPU  (${PARTS.map((part) => `${part} ${parts[part].toFixed(1)}`).join(', ')})`,
  );
  const theirs = rows.at(-1);
  const ratios = rows
    .slice(0, -1)
    .map(({ what, wall, cpu }) =>
      theirs
        ? `  ${what} / lighthouse: wall ${(wall / theirs.wall).toFixed(2)}, CPU ${(cpu / theirs.cpu).toFixed(2)}`
        : '',
    );
  return [
    'a check of the payment page, walk and start included, beside one Lighthouse run of it (medians)',
    ...lines,
    ...ratios,
  ].join('\n');
}

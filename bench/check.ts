/**
 * One whole `komainu check` (start, journey, canary, judgement, report) beside one whole Lighthouse run on the same
 * payment page of the reference shop, interleaved. Lighthouse cannot walk there: it is handed a shopper's cookies.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCrowd } from '../drills/lib/customer.ts';
import { openShop, openKomainu, type ShopStage } from '../drills/lib/stage.ts';
import { cpuOf } from './lib/cpu.ts';

export interface CheckRow {
  readonly what: string;
  /** Medians, seconds: from start to exit, and CPU of the process and all it waited for. */
  readonly wall: number;
  readonly cpu: number;
}

const ROUNDS = 5;
const LIGHTHOUSE = join(import.meta.dirname, 'peers/node_modules/.bin/lighthouse');
const KOMAINU = join(import.meta.dirname, '../packages/komainu/src/main.ts');
const CHROMIUM = process.env['KOMAINU_CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * Wall and CPU seconds of a command and of every process under it. What a browser's renderers used is lost to whoever
 * waits for the browser, because it is killed and does not wait for them: so the tree is looked at until it ends.
 */
function timed(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ wall: number; cpu: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const [file = '', ...args] = command;
    const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
    let cpu = 0;
    const timer = setInterval(() => (cpu = Math.max(cpu, cpuOf(child.pid ?? 0))), 50);
    child.once('exit', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ wall: (performance.now() - began) / 1_000, cpu });
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
    const ours: { wall: number; cpu: number }[] = [];
    const theirs: { wall: number; cpu: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(
        await timed(
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
            '--report',
            join(dir, 'r.html'),
          ],
          {},
        ),
      );
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
    const row = (what: string, runs: readonly { wall: number; cpu: number }[]): CheckRow => ({
      what,
      wall: median(runs.map((run) => run.wall)),
      cpu: median(runs.map((run) => run.cpu)),
    });
    return [row('komainu check', ours), row('lighthouse', theirs)];
  } finally {
    await shop.stop();
  }
}

export function checkTable(rows: readonly CheckRow[]): string {
  const [ours, theirs] = rows;
  const lines = rows.map(
    ({ what, wall, cpu }) =>
      `  ${what.padEnd(16)} ${wall.toFixed(2).padStart(7)} s wall ${cpu.toFixed(2).padStart(7)} s CPU`,
  );
  const ratio =
    ours && theirs
      ? `  check / lighthouse: wall ${(ours.wall / theirs.wall).toFixed(2)}, CPU ${(ours.cpu / theirs.cpu).toFixed(2)}`
      : '';
  return ['one check of the payment page, beside one Lighthouse run of it (medians)', ...lines, ratio].join(
    '\n',
  );
}

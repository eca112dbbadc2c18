import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cpuOf } from './cpu.ts';
import type { FromGuard } from './guard-child.ts';
import type { Sealed } from './guard-seal.ts';
import type { GuardRow } from './guard-table.ts';
import { median } from './guard-table.ts';

const CHILD = join(import.meta.dirname, 'guard-child.ts');

/** One whole process, from node to exit. Its code is compiled once, as an installed package's is. */
async function scanOnce(base: string, dir: string, { out, pub }: Sealed) {
  const begun = performance.now();
  const child = fork(CHILD, ['scan', dir, out, pub], {
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(base, 'compiled') },
  });
  let scanned: Extract<FromGuard, { kind: 'scanned' }> | undefined;
  child.on('message', (message: FromGuard) => {
    if (message.kind === 'scanned') scanned = message;
  });
  await once(child, 'exit');
  if (!scanned) throw new Error('the scan failed');
  return { whole: performance.now() - begun, inside: scanned.ms, rss: scanned.rss };
}

const timed = (cwd: string, command: string): number => {
  const begun = performance.now();
  execFileSync('sh', ['-c', command], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  return performance.now() - begun;
};

/** Interleaved rounds of a full hash scan beside what others take to read and hash the same files; medians. */
export async function scanRows(
  base: string,
  dir: string,
  sealed: Sealed,
  what: string,
  rounds: number,
): Promise<readonly GuardRow[]> {
  const each = `find . -type f -print0 | xargs -0 -P${availableParallelism()} -n2000`;
  const ours: Awaited<ReturnType<typeof scanOnce>>[] = [];
  const openssl: number[] = [];
  const cpu = { ours: [] as number[], openssl: [] as number[] };
  const sha256sum: number[] = [];
  // Once before: the pages come into memory and the code into its cache.
  timed(dir, `${each} cat`);
  await scanOnce(base, dir, sealed);
  for (let round = 0; round < rounds; round++) {
    const from = cpuOf(process.pid);
    ours.push(await scanOnce(base, dir, sealed));
    const between = cpuOf(process.pid);
    openssl.push(timed(dir, `${each} openssl dgst -sha256`));
    cpu.ours.push(between - from);
    cpu.openssl.push(cpuOf(process.pid) - between);
    sha256sum.push(timed(dir, `${each} sha256sum`));
  }
  const whole = ours.map((one) => one.whole);
  const ratios = (peer: readonly number[]) => median(peer.map((ms, at) => (whole[at] ?? 0) / ms));
  const aide = aideCheck(base, dir);
  return [
    { what: `scan of ${what}, a whole process`, value: median(whole), unit: 'ms' },
    { what: '  of it the scan itself', value: median(ours.map((one) => one.inside)), unit: 'ms' },
    { what: '  beside openssl dgst -sha256 by xargs', value: median(openssl), unit: 'ms' },
    { what: '  ratio, round by round', value: ratios(openssl), unit: 'x', goal: 1.5 },
    { what: '  beside sha256sum by xargs', value: median(sha256sum), unit: 'ms' },
    { what: '  ratio, round by round', value: ratios(sha256sum), unit: 'x', goal: 1 },
    // On a machine that does much else the wall clock says little, and CPU time more.
    { what: '  CPU time', value: median(cpu.ours), unit: 's' },
    { what: '  CPU time of openssl', value: median(cpu.openssl), unit: 's' },
    { what: '  most memory', value: median(ours.map((one) => one.rss)), unit: 'MiB', goal: 200 },
    ...(aide === null
      ? [{ what: '  aide is not installed: not compared', value: Number.NaN, unit: '' }]
      : [
          { what: '  beside aide --check, once', value: aide, unit: 'ms' },
          { what: '  aide takes so many times as long', value: aide / median(whole), unit: 'x' },
        ]),
  ];
}

/** Null where aide is not installed. Exit codes below 8 only say what it found. */
function aideCheck(base: string, dir: string): number | null {
  if (spawnSync('aide', ['--version']).error) return null;
  const own = join(base, 'aide');
  mkdirSync(own, { recursive: true });
  const config = join(own, 'aide.conf');
  writeFileSync(
    config,
    `database_in=file:${own}/db\ndatabase_out=file:${own}/db\nreport_url=file:${own}/report\n${dir} p+i+n+u+g+s+m+c+sha256\n`,
  );
  for (const act of ['--init', '--check']) {
    const begun = performance.now();
    const { status, stderr } = spawnSync('aide', [act, '-c', config], { encoding: 'utf8' });
    if (status === null || status > 7) throw new Error(`aide ${act}: ${stderr}`);
    if (act === '--check') return performance.now() - begun;
  }
  return null;
}

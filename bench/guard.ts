import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSeal, runGuard, scanRoot, sealRoot, type Watch, watchRoot } from '@komainu/guard';
import type { Blobs, BlobRef, GuardianId, GuardReport, RootId, ShopId } from '@komainu/model';

/** One line of the table; `peer` was measured in the same run. */
export interface GuardRow {
  readonly what: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly unit: string;
}

const FILES = 10_000;
const DIRECTORIES = 500;
const CHANGES = 300;
const SPACING_MS = 15;
const BURST = 2_000;
const ROUNDS = 5;
const GUARD = 'bench' as GuardianId;

const median = (values: readonly number[]): number => quantile(values, 0.5);
const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0;

/** Forgets the bytes: for sealing a tree without waiting 10,000 times for the disk. */
const noBlobs: Blobs = {
  put: async () => `sha256:${'0'.repeat(64)}` as BlobRef,
  get: async () => new Uint8Array(),
  has: async () => true,
};

/** 10,000 files of the sizes of a shop: many small, some of a hundred kilobytes; about 90 MB. */
function plant(dir: string): void {
  for (let n = 0; n < FILES; n++) {
    const folder = join(dir, `d${n % DIRECTORIES}`);
    if (n < DIRECTORIES) mkdirSync(folder, { recursive: true });
    const size = n % 100 === 0 ? 300_000 : n % 10 === 0 ? 30_000 : 900 + (n % 2_000);
    writeFileSync(join(folder, `f${n}.js`), Buffer.alloc(size, `${n} `));
  }
}

async function latency(
  dir: string,
  watching: (onReport: (path: string) => void) => Promise<Pick<Watch, 'close'>>,
): Promise<number[]> {
  const started = new Map<string, number>();
  const taken: number[] = [];
  let all = () => {};
  const done = new Promise<void>((resolve) => (all = resolve));
  const watch = await watching((path) => {
    const at = started.get(path);
    if (at === undefined) return;
    started.delete(path);
    taken.push(performance.now() - at);
    if (taken.length === CHANGES) all();
  });
  for (let n = 0; n < CHANGES; n++) {
    const path = `d${n % DIRECTORIES}/f${n}.js`;
    const bytes = `evil ${n} ${Math.random()}`;
    started.set(path, performance.now());
    writeFileSync(join(dir, path), bytes);
    await sleep(SPACING_MS);
  }
  await done;
  await watch.close();
  return taken;
}

/** The whole way of an alarm, as it runs at a shop: noticed, on the guard's disk, and by HTTP at a server. */
async function throughServer(
  dir: string,
  { out, publicKey, base }: { out: string; publicKey: KeyObject; base: string },
): Promise<number[]> {
  let onReport: (path: string) => void = () => undefined;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.url === '/api/guard/reports')
        for (const { path } of (JSON.parse(Buffer.concat(parts).toString()) as GuardReport).changes)
          onReport(path);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"accepted":true}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const taken = await latency(dir, async (tell) => {
    onReport = tell;
    const started = await runGuard({
      server: `http://127.0.0.1:${port}`,
      token: 'bench',
      guard: GUARD,
      shop: 'shop' as ShopId,
      roots: [{ root: 'app' as RootId, dir, seal: out }],
      publicKey,
      blobs: noBlobs,
      data: join(base, 'guard'),
      onEvent: ({ level, event, message }) =>
        level === 'info' || event === 'noticed' || console.error(message),
    });
    if (started.kind === 'refused') throw new Error(started.message.en);
    await started.guard.ready;
    await started.guard.delivered();
    return started.guard;
  });
  server.closeAllConnections();
  server.close();
  return taken;
}

/** From the first write of a burst to the last report, and how many files were never reported. */
async function burst(
  dir: string,
  watching: (onReport: (path: string) => void) => Promise<Watch>,
): Promise<{ ms: number; lost: number }> {
  const seen = new Set<string>();
  const watch = await watching((path) => seen.add(path));
  const names = Array.from({ length: BURST }, (_, n) => `new${n % 40}/b${n}.php`);
  const started = performance.now();
  for (let n = 0; n < 40; n++) mkdirSync(join(dir, `new${n}`));
  for (const name of names) writeFileSync(join(dir, name), `<?php // ${name}`);
  const lost = () => names.filter((name) => !seen.has(name)).length;
  while (lost() > 0 && performance.now() - started < 30_000) await sleep(5);
  const ms = performance.now() - started;
  await watch.close();
  return { ms, lost: lost() };
}

/** Measures noticing and scanning on the disk of the system's temporary folder. */
export async function benchGuard(): Promise<readonly GuardRow[]> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'komainu-bench-')));
  try {
    const dir = join(base, 'root');
    plant(dir);
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const out = join(base, 'seal');
    const root = { id: 'app' as RootId, path: dir, policies: [] };
    const sealing = performance.now();
    await sealRoot({
      root,
      dir,
      shop: 'shop' as ShopId,
      by: 'bench',
      blobs: noBlobs,
      out,
      publicKey,
      signer: { sign: (bytes) => sign(null, bytes, privateKey) },
    });
    const sealed = performance.now() - sealing;
    const opened = await openSeal({ dir: out, publicKey });
    if (opened.kind === 'refused') throw new Error(opened.message.en);
    const { seal } = opened;
    writeFileSync(join(base, 'pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));

    const cores = availableParallelism();
    const peer = `find . -type f -print0 | xargs -0 -P${cores} -n2000 openssl dgst -sha256 > /dev/null`;
    const child = ['--conditions=source', import.meta.filename, 'scan', dir, out, join(base, 'pub.pem')];
    const scans: { inside: number; whole: number; peer: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const one = performance.now();
      const scan = await scanRoot({ seal, dir, guard: GUARD, blobs: noBlobs });
      if (scan.changes + scan.gaps > 0) throw new Error('the tree is not as sealed');
      const two = performance.now();
      execFileSync('sh', ['-c', peer], { cwd: dir });
      const three = performance.now();
      if (spawnSync(process.execPath, child).status !== 0) throw new Error('the scan in a process failed');
      scans.push({ inside: two - one, peer: three - two, whole: performance.now() - three });
    }

    const starts: number[] = [];
    const watchWith = (blobs: Blobs) => async (onReport: (path: string) => void) => {
      const watch = watchRoot({
        seal,
        dir,
        guard: GUARD,
        blobs,
        onReport: ({ changes }) => changes.forEach(({ path }) => onReport(path)),
        onProblem: ({ detail }) => console.error(detail),
      });
      starts.push((await watch.ready).ms);
      return watch;
    };
    const memory = await latency(dir, watchWith(noBlobs));
    plant(dir);
    const heard = await throughServer(dir, { out, publicKey, base });
    plant(dir);
    const rush = await burst(dir, watchWith(noBlobs));

    const ms = (what: string, ours: number, peer: number | null = null): GuardRow => ({
      what,
      ours,
      peer,
      unit: 'ms',
    });
    const openssl = median(scans.map((each) => each.peer));
    return [
      ms('seal 10,000 files, bytes stored already', sealed),
      ms(
        `scan 10,000 files, beside find | xargs -P${cores} openssl dgst`,
        median(scans.map((each) => each.inside)),
        openssl,
      ),
      ms('the same as a whole process, from node to exit', median(scans.map((each) => each.whole)), openssl),
      ms('watch: arm 501 directories and compare all', median(starts)),
      ms('write to verified report, p50 of 300', quantile(memory, 0.5)),
      ms('write to verified report, p99', quantile(memory, 0.99)),
      ms('write to report, fsynced, at the server, p50 of 300', quantile(heard, 0.5)),
      ms('write to report, fsynced, at the server, p99', quantile(heard, 0.99)),
      ms('burst of 2,000 files in 40 new directories, to the last report', rush.ms),
      { what: 'lost of the burst', ours: rush.lost, peer: 0, unit: 'files' },
    ];
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [, , mode, dir = '', out = '', pub = ''] = process.argv;
  if (mode === 'scan') {
    const { readFileSync } = await import('node:fs');
    const opened = await openSeal({ dir: out, publicKey: readFileSync(pub, 'utf8') });
    if (opened.kind === 'refused') throw new Error(opened.message.en);
    const { changes } = await scanRoot({ seal: opened.seal, dir, guard: GUARD, blobs: noBlobs });
    process.exitCode = changes === 0 ? 0 : 1;
  } else
    for (const { what, ours, peer, unit } of await benchGuard()) {
      const beside = peer === null ? '' : `  beside ${peer.toFixed(1)}`;
      console.log(`${what.padEnd(75)} ${ours.toFixed(2).padStart(10)} ${unit}${beside}`);
    }
}

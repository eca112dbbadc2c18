import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  EvidenceError,
  type LedgerFiles,
  openDirectory,
  openKeys,
  openLedger,
  verifyLedger,
} from '../src/index.ts';
import { bytes, NAME, newKeys, removeTempDirs, tempDir, textOf } from './helpers.ts';

afterAll(removeTempDirs);

/** The real directory, of which call number `failAt` (and the `width - 1` after it) says ENOSPC. */
async function failing(
  dir: string,
  plan: { failAt: number; width: number; calls: string[] },
): Promise<LedgerFiles> {
  const real = await openDirectory(dir);
  const guard = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    const number = plan.calls.push(name) - 1;
    if (number >= plan.failAt && number < plan.failAt + plan.width)
      throw Object.assign(new Error(`ENOSPC: ${name}`), { code: 'ENOSPC', syscall: name });
    return act();
  };
  return {
    ...real,
    write: (path, content) =>
      guard(`write ${path}`, async () => {
        const file = await real.write(path, content);
        return {
          close: () => file.close(),
          sync: () =>
            guard(`sync ${path}`, () => file.sync()).catch(async (error: unknown) => {
              await file.close().catch(() => undefined);
              throw error;
            }),
        };
      }),
    rename: (from, to) => guard(`rename ${to}`, () => real.rename(from, to)),
    makeDirectory: (path) => guard(`mkdir ${path}`, () => real.makeDirectory(path)),
    syncDirectory: (path) => guard(`syncdir ${path}`, () => real.syncDirectory(path)),
  };
}

const WAVES = [2, 1, 300, 1];

async function appendWaves(files: LedgerFiles, keys: Awaited<ReturnType<typeof newKeys>>) {
  const ledger = await openLedger({ dir: 'unused', keys, files });
  const acknowledged: { index: number; text: string }[] = [];
  const failures: unknown[] = [];
  for (const [wave, count] of WAVES.entries())
    await Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const text = `${wave}:${at}`;
        try {
          acknowledged.push({ index: (await ledger.append(bytes(text))).index, text });
        } catch (error) {
          failures.push(error);
        }
      }),
    );
  await ledger.close();
  return { acknowledged, failures };
}

test('the disk is full at any one call: typed refusals, nothing acknowledged that is not stored', async () => {
  const keys = await newKeys();
  const rehearsal = { failAt: Number.POSITIVE_INFINITY, width: 1, calls: [] as string[] };
  await appendWaves(await failing(tempDir('memory'), rehearsal), keys);
  const created = rehearsal.calls.indexOf('rename checkpoint') + 2;
  let usableAgain = 0;
  let stopped = 0;
  for (let failAt = created; failAt < rehearsal.calls.length; failAt += 1) {
    const dir = tempDir('memory');
    const plan = { failAt, width: 1, calls: [] as string[] };
    const { acknowledged, failures } = await appendWaves(await failing(dir, plan), keys);
    const what = `${plan.calls[failAt]} (call ${failAt})`;
    expect(failures.length, what).toBeGreaterThan(0);
    for (const error of failures) expect(error, what).toBeInstanceOf(EvidenceError);
    const codes = new Set(failures.map((error) => (error as EvidenceError).code));
    const published = plan.calls[failAt] === 'rename checkpoint' || plan.calls[failAt] === 'syncdir .';
    if (codes.has('ledger-stopped')) stopped += 1;
    else if (acknowledged.some(({ text }) => text === '3:0')) usableAgain += 1;
    if (!published) expect([...codes], what).toEqual(['disk']);
    if (!published && failures.length < 300) expect(acknowledged.length + failures.length, what).toBe(304);
    const again = await openLedger({ dir, keys });
    for (const { index, text } of acknowledged) expect(textOf(await again.entry(index)), what).toBe(text);
    if (codes.has('disk') && codes.size === 1) expect(again.size, what).toBe(acknowledged.length);
    // A commit that was perhaps published is left as it lies; opening decides.
    expect(published ? ['intact', 'cut'] : ['intact'], what).toContain(again.recovery.kind);
    await again.close();
    expect(await verifyLedger(dir, keys.vkey), what).toMatchObject({ ok: true });
  }
  expect(usableAgain).toBeGreaterThan(10);
  expect(stopped).toBeGreaterThan(0);
});

test('a ledger on a disk that stays full refuses every append, in a sentence', async () => {
  const keys = await newKeys();
  const plan = { failAt: Number.POSITIVE_INFINITY, width: Number.POSITIVE_INFINITY, calls: [] as string[] };
  const ledger = await openLedger({ dir: 'unused', keys, files: await failing(tempDir('memory'), plan) });
  await ledger.append(bytes('stored'));
  plan.failAt = plan.calls.length;
  for (let round = 0; round < 3; round += 1)
    await expect(ledger.append(bytes('not stored'))).rejects.toMatchObject({
      code: 'disk',
      message: 'the ledger could not be written: the disk is full',
    });
  expect(ledger.size).toBe(1);
  plan.failAt = Number.POSITIVE_INFINITY;
  expect((await ledger.append(bytes('stored again'))).index).toBe(1);
  await ledger.close();
});

// A real limit of the kernel: a file that grows beyond it fails with EFBIG, after a part of it was written.
test('RLIMIT_FSIZE in a child process', async () => {
  const dir = tempDir();
  const child = join(import.meta.dirname, 'append-until-refused.ts');
  const ran = spawnSync(
    'sh',
    ['-c', 'ulimit -f 48; exec "$@"', 'sh', process.execPath, '--conditions=source', child, dir],
    {
      encoding: 'utf8',
    },
  );
  const result = JSON.parse(ran.stdout) as { acknowledged: number; codes: string[]; message: string };
  expect(result.acknowledged).toBeGreaterThan(5);
  expect(result.codes).toEqual(['disk', 'disk', 'disk']);
  expect(result.message).toContain('the file-size limit is reached');
  const keys = await openKeys({ dir: join(dir, 'keys'), name: NAME });
  const ledger = await openLedger({ dir: join(dir, 'ledger'), keys });
  expect(ledger.size).toBe(result.acknowledged);
  await ledger.append(bytes('without the limit'));
  await ledger.close();
  expect(await verifyLedger(join(dir, 'ledger'), keys.vkey)).toMatchObject({
    ok: true,
    size: result.acknowledged + 1,
  });
});

const small = mountSmall();
describe.skipIf(small === undefined)('a real file system of 512 KiB (needs root to mount)', () => {
  test('full, then freed: acknowledged entries stay, and the same ledger goes on', async () => {
    const dir = small ?? '';
    try {
      const keys = await newKeys();
      writeFileSync(join(dir, 'ballast'), new Uint8Array(128 * 1024));
      mkdirSync(join(dir, 'ledger'));
      const ledger = await openLedger({ dir: join(dir, 'ledger'), keys });
      const entry = new Uint8Array(3000).fill(65);
      let acknowledged = 0;
      const refusal = await (async (): Promise<unknown> => {
        try {
          for (;;) acknowledged = (await ledger.append(entry)).index + 1;
        } catch (error) {
          return error;
        }
      })();
      expect(refusal).toMatchObject({
        code: 'disk',
        message: 'the ledger could not be written: the disk is full',
      });
      expect(await verifyLedger(join(dir, 'ledger'), keys.vkey)).toMatchObject({
        ok: true,
        size: acknowledged,
      });
      rmSync(join(dir, 'ballast'));
      expect((await ledger.append(entry)).index).toBe(acknowledged);
      await ledger.close();
      expect(await verifyLedger(join(dir, 'ledger'), keys.vkey)).toMatchObject({
        ok: true,
        size: acknowledged + 1,
      });
    } finally {
      execFileSync('umount', [dir]);
    }
  });
});

function mountSmall(): string | undefined {
  const dir = tempDir();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', dir], { stdio: 'ignore' });
  return mounted.status === 0 ? dir : undefined;
}

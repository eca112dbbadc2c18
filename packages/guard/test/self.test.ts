import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGuardKey } from '../src/index.ts';
import { LIMITS, makeJudgeOfSelf, type Measured, watchSelf } from '../src/runner/self-check.ts';
import { openServiceManager } from '../src/runner/service-manager.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'komainu-self-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const fine: Measured = { memory: 1, cpu: 0.1, mainLag: 1, watchLag: 1 };

test('a limit is told when it is passed, once, and again only after it was well kept', () => {
  const judge = makeJudgeOfSelf(LIMITS);
  expect(judge(fine)).toEqual([]);
  for (const [kind, limit] of [
    ['memory', LIMITS.memory],
    ['cpu', LIMITS.cpu],
    ['mainLag', LIMITS.lag],
    ['watchLag', LIMITS.lag],
  ] as const) {
    expect(judge({ ...fine, [kind]: limit })).toEqual([]);
    expect(judge({ ...fine, [kind]: limit * 1.01 })).toHaveLength(1);
    expect(judge({ ...fine, [kind]: limit * 2 })).toEqual([]);
    expect(judge({ ...fine, [kind]: limit * 0.9 })).toEqual([]);
    expect(judge({ ...fine, [kind]: limit * 1.01 })).toEqual([]);
    expect(judge(fine)).toEqual([]);
    expect(judge({ ...fine, [kind]: limit * 1.01 })).toHaveLength(1);
    judge(fine);
  }
});

test('the guard tells that it is above its limits, by what it measures itself', async () => {
  const told: string[] = [];
  const closing = new AbortController();
  const limits = { memory: 1, cpu: 0, lag: 10, overMs: 50 };
  const watching = watchSelf({
    limits,
    watchLag: () => 60_000,
    tell: (one) => told.push(one),
    signal: closing.signal,
  });
  await sleep(20);
  for (const until = performance.now() + 80; performance.now() < until; ) Math.sqrt(2);
  while (told.length < 4) await sleep(10);
  closing.abort();
  await watching;
  expect(
    told.map((one) => /memory|core|guard was held up|watching threads/.exec(one)?.[0] ?? '').toSorted(),
  ).toEqual(['core', 'guard was held up', 'memory', 'watching threads']);
});

test('systemd is told that the guard is ready, and that it lives only while it does', async () => {
  const program = join(dir, 'notify');
  const log = join(dir, 'log');
  writeFileSync(program, `#!/bin/sh\necho "$1 $NOTIFY_SOCKET" >> ${log}\n`);
  chmodSync(program, 0o755);
  const problems: string[] = [];
  const env = { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '60000' };
  const manager = openServiceManager(env, (problem) => problems.push(problem), program);
  await manager.ready();
  const closing = new AbortController();
  let alive = true;
  const keeping = manager.keepAlive(() => alive, closing.signal);
  const said = () => readFileSync(log, 'utf8').trim().split('\n');
  while (said().length < 4) await sleep(5);
  alive = false;
  await sleep(100);
  const before = said().length;
  await sleep(200);
  expect(said()).toHaveLength(before);
  expect(new Set(said())).toEqual(new Set(['READY=1 /run/x', 'WATCHDOG=1 /run/x']));
  closing.abort();
  await keeping;
  // Not under systemd: nothing is run; and a program that is missing is told once.
  const none = openServiceManager({}, (problem) => problems.push(problem), program);
  await none.ready();
  await none.keepAlive(() => true, closing.signal);
  expect([said().length, problems]).toEqual([before, []]);
  const missing = openServiceManager(env, (problem) => problems.push(problem), join(dir, 'nowhere'));
  await missing.ready();
  await missing.ready();
  expect(problems).toHaveLength(1);
});

test("a guard's key is made once, for its own eyes, and never replaced in silence", async () => {
  const first = await openGuardKey(dir);
  expect(statSync(join(dir, 'heartbeat.key')).mode & 0o777).toBe(0o600);
  expect((await openGuardKey(dir)).key).toBe(first.key);
  expect((await openGuardKey(dir, true)).key).not.toBe(first.key);
  writeFileSync(join(dir, 'heartbeat.key'), 'torn');
  await expect(openGuardKey(dir)).rejects.toMatchObject({ code: 'spool' });
});

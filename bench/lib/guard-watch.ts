import { fork } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceName } from '@komainu/guard';
import { clock, type FromGuard } from './guard-child.ts';
import type { Sealed } from './guard-seal.ts';
import { type GuardRow, median, quantile } from './guard-table.ts';
import { fileOf } from './guard-tree.ts';

const CHILD = join(import.meta.dirname, 'guard-child.ts');
const SPACED = 500;
const SPACING_MS = 15;
const BURST = 20_000;
const DIRECTORIES = 400;
const BLOCK_MS = 4_000;
const LONGEST_MS = 60_000;
const SETTLE_MS = 1_500;

/** A guard in a process of its own: to be blocked and stopped. */
async function startGuard(base: string, dir: string, { out, pub }: Sealed, events: SourceName | 'auto') {
  const child = fork(CHILD, ['watch', dir, out, pub, events], {
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(base, 'compiled') },
  });
  /** When the guard told of these very bytes at this path. */
  const alerts = new Map<string, number>();
  const problems: string[] = [];
  const ready = Promise.withResolvers<{ events: string; ms: number }>();
  let passed: (ms: number) => void = () => {};
  child.on('message', (message: FromGuard) => {
    if (message.kind === 'ready') ready.resolve(message);
    if (message.kind === 'alert')
      for (const [path, hash] of message.states) alerts.set(`${path} ${hash}`, message.at);
    if (message.kind === 'problem') problems.push(message.code);
    if (message.kind === 'passed') passed(message.ms);
  });
  child.once('exit', () => ready.reject(new Error('the guard ended')));
  return {
    alerts,
    problems,
    start: await ready.promise,
    pid: child.pid ?? 0,
    block: () => child.send({ block: BLOCK_MS }),
    pass: async () =>
      new Promise<number>((done) => {
        passed = done;
        child.send({ pass: true });
      }),
    end: () => child.kill('SIGKILL'),
  };
}
type Guard = Awaited<ReturnType<typeof startGuard>>;

async function spaced(dir: string, guard: Guard): Promise<readonly GuardRow[]> {
  const begun = new Map<string, number>();
  for (let n = 0; n < SPACED; n++) {
    const path = fileOf(n * 17);
    const bytes = `evil ${n} ${Math.random()}`;
    begun.set(named(path, bytes), clock());
    writeFileSync(join(dir, path), bytes);
    await sleep(SPACING_MS);
  }
  const lost = await missing([...begun.keys()], guard, clock());
  const taken = [...begun].map(([state, at]) => (guard.alerts.get(state) ?? Number.POSITIVE_INFINITY) - at);
  return [
    {
      what: `write to verified alert, ${SPACED} spaced changes, p50`,
      value: median(taken),
      unit: 'ms',
      goal: 2,
    },
    { what: '  p99', value: quantile(taken, 0.99), unit: 'ms', goal: 50 },
    { what: '  lost', value: lost, unit: 'files', goal: 0 },
  ];
}

/** Waits until all are told, or for long in vain; how many were not. */
async function missing(wanted: readonly string[], { alerts }: Guard, since: number): Promise<number> {
  const open = () => wanted.filter((state) => !alerts.has(state)).length;
  while (open() > 0 && clock() - since < LONGEST_MS) await sleep(20);
  return open();
}

/** A burst of changes, and how long after the last write the last of them was told. */
async function burst(
  what: string,
  guard: Guard,
  goal: number,
  write: () => readonly string[],
  before: () => void = () => {},
  after: () => void = () => {},
): Promise<readonly GuardRow[]> {
  guard.alerts.clear();
  before();
  const states = write();
  const end = clock();
  after();
  const lost = await missing(states, guard, end);
  const last = Math.max(...states.map((state) => guard.alerts.get(state) ?? Number.POSITIVE_INFINITY));
  // The next must not begin in what this one left to do.
  await sleep(SETTLE_MS);
  await guard.pass();
  return [
    { what: `${what}: lost`, value: lost, unit: 'files', goal: 0 },
    { what: '  last write to last verified alert', value: Math.max(0, last - end), unit: 'ms', goal },
  ];
}

/** A path and the bytes it is to be told with: that something was told of it would not be enough. */
const named = (path: string, bytes: string): string => `${path} sha256:${hash('sha256', bytes)}`;

const many = (dir: string, name: (n: number) => string, toldAs = (path: string) => path): readonly string[] =>
  Array.from({ length: BURST }, (_, n) => {
    const path = name(n);
    const bytes = `<?php // ${path} ${Math.random()}`;
    writeFileSync(join(dir, path), bytes);
    return named(toldAs(path), bytes);
  });

/** Everything that is about noticing, by one source of events. */
export async function watchRows(
  base: string,
  dir: string,
  sealed: Sealed,
  events: SourceName | 'auto',
): Promise<readonly GuardRow[]> {
  const guard = await startGuard(base, dir, sealed, events);
  try {
    const { start, pid } = guard;
    const overwritten = (n: number) => fileOf(n + 1_000);
    const inDirectories = (root: string) => (n: number) => join(root, `d${n % DIRECTORIES}`, `f${n}.php`);
    const make = (root: string) => {
      for (let n = 0; n < DIRECTORIES; n++) mkdirSync(join(root, `d${n}`), { recursive: true });
    };
    return [
      { what: `events by ${start.events}: armed and all compared`, value: start.ms, unit: 'ms' },
      {
        what: '  stat reconcile',
        value: median([
          await guard.pass(),
          await guard.pass(),
          await guard.pass(),
          await guard.pass(),
          await guard.pass(),
        ]),
        unit: 'ms',
        goal: 1_500,
      },
      ...(await spaced(dir, guard)),
      ...(await burst(`${BURST} overwritten`, guard, 3_000, () => many(dir, overwritten))),
      ...(await burst(
        `${BURST} overwritten, main thread blocked for ${BLOCK_MS / 1_000} s`,
        guard,
        3_000 + BLOCK_MS,
        () => many(dir, overwritten),
        () => guard.block(),
      )),
      ...(await burst(`${BURST} in ${DIRECTORIES} new directories`, guard, 3_000, () => {
        make(join(dir, `new-${events}`));
        return many(dir, inDirectories(`new-${events}`));
      })),
      ...(await burst(`${BURST} in a tree moved in`, guard, 3_000, () => {
        const stage = join(base, `stage-${events}`);
        make(stage);
        const states = many(stage, inDirectories('.'), (path) => join(`moved-${events}`, path));
        renameSync(stage, join(dir, `moved-${events}`));
        return states;
      })),
      ...(await burst(
        `${BURST} overwritten while the guard was stopped`,
        guard,
        start.events === 'fs-watch' ? 12_000 : 3_000,
        () => many(dir, overwritten),
        () => process.kill(pid, 'SIGSTOP'),
        () => process.kill(pid, 'SIGCONT'),
      )),
      {
        what: "  overflows of the kernel's queue told",
        value: guard.problems.filter((code) => code === 'events-lost').length,
        unit: '',
      },
    ];
  } finally {
    guard.end();
  }
}

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a guard may use. Above it something is wrong with the guard, or somebody keeps it busy on purpose. */
export interface Limits {
  /** Resident bytes of the whole process. */
  readonly memory: number;
  /** Of one core, over {@link Limits.overMs}: 1 is all of it. */
  readonly cpu: number;
  /** Longest time for which no thread of a watch showed that it lives, and for which the main thread was held, in ms. */
  readonly lag: number;
  /** Between looks. */
  readonly overMs: number;
}

export const LIMITS: Limits = { memory: 400 << 20, cpu: 1.5, lag: 5_000, overMs: 30_000 };

/** What was measured since the last look. */
export interface Measured {
  readonly memory: number;
  readonly cpu: number;
  readonly mainLag: number;
  readonly watchLag: number;
}

type Kind = keyof Measured;
const MB = 1 << 20;

const WORDS: Readonly<Record<Kind, (is: number, limit: number) => string>> = {
  memory: (is, limit) => `uses ${Math.round(is / MB)} MB of memory (limit ${Math.round(limit / MB)} MB)`,
  cpu: (is, limit) => `uses ${Math.round(is * 100)} % of a core (limit ${Math.round(limit * 100)} %)`,
  mainLag: (is, limit) => `was held up for ${Math.round(is)} ms (limit ${limit} ms)`,
  watchLag: (is, limit) =>
    `has watching threads that were held up for ${Math.round(is)} ms (limit ${limit} ms)`,
};

/** Told once when a limit is passed, and again only after it was well kept in between. */
export function makeJudgeOfSelf(limits: Limits): (measured: Measured) => readonly string[] {
  const above = new Set<Kind>();
  const limitOf = (kind: Kind) => (kind === 'memory' || kind === 'cpu' ? limits[kind] : limits.lag);
  return (measured) =>
    (Object.keys(WORDS) as Kind[]).flatMap((kind) => {
      const [is, limit] = [measured[kind], limitOf(kind)];
      if (is < limit * 0.8) above.delete(kind);
      if (is <= limit || above.has(kind)) return [];
      above.add(kind);
      return [`the guard ${WORDS[kind](is, limit)}; changes may be noticed late`];
    });
}

/** Looks at the guard itself until `signal`. */
export async function watchSelf(options: {
  readonly limits: Limits;
  /** Milliseconds since a watch last showed that it lives. */
  readonly watchLag: () => number;
  readonly tell: (problem: string) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { limits, signal, tell } = options;
  const judge = makeJudgeOfSelf(limits);
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let used = process.cpuUsage();
  let at = performance.now();
  while (!signal.aborted) {
    await sleep(limits.overMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const { user, system } = process.cpuUsage(used);
    const cpu = (user + system) / 1_000 / (performance.now() - at);
    const measured = {
      memory: process.memoryUsage.rss(),
      cpu,
      mainLag: delay.max / 1e6,
      watchLag: options.watchLag(),
    };
    for (const problem of judge(measured)) tell(problem);
    used = process.cpuUsage();
    at = performance.now();
    delay.reset();
  }
  delay.disable();
}

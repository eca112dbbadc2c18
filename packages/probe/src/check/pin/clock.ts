import type { Session } from '../../cdp/connection.ts';
import { inTime } from '../../in-time.ts';
import type { Watcher } from '../../observe/observer.ts';
import { hasFrames, type Target } from '../../observe/target.ts';

/**
 * Virtual time of every page and frame of a visit, in lock-step. A renderer's clock and timers stand still until a
 * slice is granted, and then skip what nobody waits for.
 */
export interface Clock extends Watcher {
  /** From now on time stands still on the walked page. */
  start(page: Target): Promise<void>;
  readonly started: () => boolean;
  /** Lets all renderers live through this many ms, and workers catch up. */
  grant(ms: number): Promise<void>;
  /** Virtual ms since the start. */
  now(): number;
  /** Time no longer stands still for what a page waits for: it never comes to an end. */
  impatient(): boolean;
  /** Another document: its time waits again. */
  renewed(): void;
}

/**
 * How far the clock of a renderer is put ahead of the machine's before its first script. The compositor measures the
 * frames it is asked for by the same clock: were that behind, no frame would come and no mouse movement arrive.
 */
const AHEAD = 600_000;
/** Real ms: a renderer that does not come to the end of a slice in this time is left behind for this slice. */
const STUCK = 2_500;
/** Real ms in which a renderer neither moves nor is sent anything: it waits for bytes nobody sends (a body nobody reads). */
const IMPATIENT = 40;
/** The shortest slice, ms. */
const LEAST = 0.001;

interface Renderer {
  readonly target: Target;
  /** Uptime, ms, at which its process's virtual time began: the same for all targets of one process. */
  base: number;
  expired: (() => void) | null;
  stuck: number;
}

export interface ClockOptions {
  /** Ms since 1970 at which the visit begins, the same for all that are compared. */
  readonly epoch: number;
  /** Whether something is on its way to a page. */
  readonly underWay: () => boolean;
  /** A renderer waits within a slice: sends what waits for the slice's end. False: there is no such thing. */
  readonly relieve: () => boolean;
  readonly unpinned: (what: string) => void;
}

export function createClock({ epoch, underWay, relieve, unpinned }: ClockOptions): Clock {
  const renderers = new Map<string, Renderer>();
  const workers = new Map<string, Session>();
  /** By process: its uptime, ms, that is the start of the visit. */
  const starts = new Map<number, number>();
  let running = false;
  let impatient = false;
  let now = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const policy = async (
    renderer: Renderer,
    how: 'pause' | 'advance' | 'pauseIfNetworkFetchesPending',
    budget: number | null,
    at: number,
  ): Promise<void> => {
    const { virtualTimeTicksBase } = await renderer.target.session.send('Emulation.setVirtualTimePolicy', {
      policy: how,
      ...(budget === null ? {} : { budget }),
      // Heard only by a process that has no virtual time yet, be it one the page moves to later.
      initialVirtualTime: (epoch + at) / 1_000,
    });
    renderer.base = virtualTimeTicksBase;
  };
  /** How far beyond the visit's clock a renderer is: an answer that comes puts it up to 10 ms ahead. */
  const surplus = async (renderer: Renderer): Promise<number> => {
    const { metrics } = await renderer.target.session.send('Performance.getMetrics');
    const uptime = (metrics.find(({ name }) => name === 'Timestamp')?.value ?? 0) * 1_000;
    const start = starts.get(renderer.base) ?? uptime - now;
    starts.set(renderer.base, start);
    return uptime - start - now;
  };
  const run = async (renderer: Renderer, ms: number): Promise<void> => {
    const over = await surplus(renderer);
    const done = new Promise<void>((resolve) => (renderer.expired = resolve));
    const budget = Math.max(LEAST, ms - over);
    if (!impatient) {
      // What is asked for in the slice is brought while the page's time stands still.
      await policy(renderer, 'pauseIfNetworkFetchesPending', budget, now);
      if (await patiently(renderer, done)) return;
      impatient = true;
    }
    await policy(renderer, 'advance', Math.max(LEAST, ms - (await surplus(renderer))), now);
    if (await within(done, STUCK)) renderer.stuck = 0;
    else {
      renderer.stuck += 1;
      renderer.expired = null;
      unpinned(`clock of a ${renderer.target.kind}: does not stop`);
      await policy(renderer, 'pause', null, now);
    }
  };
  /** False: it waits, and nothing is coming. */
  const patiently = async (renderer: Renderer, done: Promise<void>): Promise<boolean> => {
    let was = Number.NaN;
    for (let still = 0; still < 3; ) {
      if (await within(done, IMPATIENT)) return true;
      const is = await surplus(renderer);
      still = is === was && !underWay() && !relieve() ? still + 1 : 0;
      was = is;
    }
    return false;
  };
  /** One target of each process: the others share its clock. */
  const leaders = (): readonly Renderer[] => [
    ...new Map([...renderers.values()].filter((one) => one.stuck < 3).map((one) => [one.base, one])).values(),
  ];
  const grant: Clock['grant'] = async (ms) => {
    await turn;
    await Promise.all(leaders().map((one) => run(one, ms).catch(() => undefined)));
    now += ms;
    // A worker sleeps by the machine's clock but asks the page's what time it is: woken up, it does what is due.
    await Promise.all(
      [...workers.values()].map((session) =>
        within(
          session.send('Runtime.evaluate', { expression: '0' }).catch(() => undefined),
          STUCK,
        ),
      ),
    );
  };
  /** Stops the clock of a renderer before its first script and, in a new process, puts it ahead. */
  const stop = async (target: Target): Promise<void> => {
    const { session } = target;
    const renderer: Renderer = { target, base: -1, expired: null, stuck: 0 };
    session.on('Emulation.virtualTimeBudgetExpired', () => {
      renderer.expired?.();
      renderer.expired = null;
    });
    await session.send('Performance.enable', { timeDomain: 'timeTicks' });
    await policy(renderer, 'pause', null, now - AHEAD);
    if (!starts.has(renderer.base)) {
      const done = new Promise<void>((resolve) => (renderer.expired = resolve));
      await policy(renderer, 'advance', AHEAD, now - AHEAD);
      await within(done, STUCK);
      await surplus(renderer);
    }
    renderers.set(target.id, renderer);
    session.onGone(() => {
      renderers.delete(target.id);
      renderer.expired?.();
    });
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  return {
    attach: (target) => {
      if (hasFrames(target)) return [];
      workers.set(target.id, target.session);
      target.session.onGone(() => workers.delete(target.id));
      unpinned(`${target.kind}: its clock runs on`);
      return [];
    },
    // The walked page is held by nobody: it is blank until the walk begins.
    hold: (target) => (running ? inTurn(() => stop(target)) : Promise.resolve()),
    start: async (page) => {
      running = true;
      await inTurn(() => stop(page));
    },
    started: () => running,
    grant,
    now: () => now,
    impatient: () => impatient,
    renewed: () => (impatient = false),
  };
}

/** Whether it happened in time. */
const within = async (work: Promise<unknown>, ms: number): Promise<boolean> =>
  (await inTime(
    work.then(() => true),
    ms,
  )) === true;

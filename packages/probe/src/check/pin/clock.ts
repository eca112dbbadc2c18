import type { Session } from '../../cdp/connection.ts';
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
  /** A document is being loaded: time waits for its bytes. */
  loading(documents: number): void;
}

/**
 * How far the clock of a renderer is put ahead of the machine's before its first script. The compositor measures the
 * frames it is asked for by the same clock: were that behind, no frame would come and no mouse movement arrive.
 */
const AHEAD = 600_000;
/** Real ms: a renderer that does not come to the end of a slice in this time is left behind for this slice. */
const STUCK = 2_500;
/** Real ms after which a renderer that waits for bytes nobody sends any more (a body nobody reads) goes on without. */
const IMPATIENT = 60;

export interface ClockOptions {
  /** Ms since 1970 at which the visit begins, the same for all that are compared. */
  readonly epoch: number;
  /** Whether requests are under way. */
  readonly underWay: () => boolean;
  /** A renderer that cannot be pinned. */
  readonly unpinned: (what: string) => void;
}

interface Renderer {
  readonly target: Target;
  /** When its process's virtual time began: the same for all targets of one process. */
  base: number;
  expired: (() => void) | null;
  impatient: boolean;
  stuck: number;
}

export function createClock({ epoch, underWay, unpinned }: ClockOptions): Clock {
  const renderers = new Map<string, Renderer>();
  const workers = new Map<string, Session>();
  const ahead = new Set<number>();
  let running = false;
  let now = 0;
  let loading = 0;
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
  const run = async (renderer: Renderer, ms: number): Promise<void> => {
    const done = new Promise<void>((resolve) => (renderer.expired = resolve));
    const patient = loading > 0 && !renderer.impatient;
    await policy(renderer, patient ? 'pauseIfNetworkFetchesPending' : 'advance', ms, now);
    if (patient && !(await within(done, IMPATIENT, underWay))) {
      renderer.impatient = true;
      await policy(renderer, 'advance', ms, now);
    }
    if (await within(done, STUCK)) renderer.stuck = 0;
    else {
      renderer.stuck += 1;
      renderer.expired = null;
      unpinned(`clock of ${renderer.target.kind}: does not stop`);
      await policy(renderer, 'pause', null, now);
    }
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
    const renderer: Renderer = { target, base: -1, expired: null, impatient: false, stuck: 0 };
    target.session.on('Emulation.virtualTimeBudgetExpired', () => {
      renderer.expired?.();
      renderer.expired = null;
    });
    await policy(renderer, 'pause', null, now - AHEAD);
    if (!ahead.has(renderer.base)) {
      ahead.add(renderer.base);
      const done = new Promise<void>((resolve) => (renderer.expired = resolve));
      await policy(renderer, 'advance', AHEAD, now - AHEAD);
      await within(done, STUCK);
    }
    renderers.set(target.id, renderer);
    target.session.onGone(() => {
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
    loading: (documents) => {
      if (documents > loading) for (const one of renderers.values()) one.impatient = false;
      loading = documents;
    },
  };
}

/** Whether it happened in time; as long as `excused`, the time does not count. */
async function within(
  work: Promise<unknown>,
  ms: number,
  excused: () => boolean = () => false,
): Promise<boolean> {
  let done = false;
  const ended = work.then(() => (done = true));
  for (let left = ms; left > 0 && !done; ) {
    const slice = Math.min(left, 20);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, slice)))]);
    clearTimeout(timer);
    if (!excused()) left -= slice;
  }
  return done;
}

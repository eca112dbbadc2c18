import {
  bodiesOfBaseline,
  bodiesOfRecording,
  inDoubt,
  judgeCheck,
  suspectsOfCheck,
  type Visited,
} from '@komainu/detect';
import { openAnalyst } from '@komainu/detect/analyst';
import {
  type BlobRef,
  type Blobs,
  CheckId,
  type Journey,
  newId,
  type PageId,
  type PaymentPage,
  type ShopId,
  type VerdictKind,
} from '@komainu/model';
import { z } from 'zod';
import type { Desk } from '../act/desk.ts';
import { reasonOf, ServerError } from '../error.ts';
import type { Journal } from '../journal/journal.ts';
import type { Log } from '../log.ts';
import type { Queue, TakenJob } from '../store/queue.ts';
import { keepJudgement, loadBaseline, loadBodies, loadRecording } from './judging.ts';
import type { Prober, VisitMade } from './prober.ts';

interface CheckResult {
  readonly check: CheckId;
  readonly verdict: VerdictKind;
  readonly judgement: BlobRef;
  readonly recordings: readonly BlobRef[];
}

/** One payment page under watch. */
export interface Post {
  readonly desk: Desk;
  readonly page: PaymentPage;
  readonly journey: Journey | null;
}

/** How a page's checks are going, for whoever supervises the probe. Milliseconds since 1970. */
interface Beat {
  readonly dueAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface Checks {
  /**
   * Checks the page now, or joins the check that is running; `fresh` waits for that one to end and makes another.
   * @throws ServerError `check` when it cannot be made
   */
  check(shop: ShopId, page: PageId, fresh?: 'fresh'): Promise<CheckResult>;
  running(shop: ShopId, page: PageId): boolean;
  beat(shop: ShopId, page: PageId): Beat;
  /** Begins the schedule. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ChecksOptions {
  readonly posts: readonly Post[];
  readonly queue: Queue;
  readonly journal: Journal;
  readonly blobs: Blobs;
  readonly prober: Prober;
  /** Checks at once. A proof is none of them and never waits. */
  readonly workers: number;
  readonly log: Log;
}

const Body = z.object({ check: CheckId });
/** A worker says that it still lives three times in a lease, in milliseconds. */
const LEASE = 30_000;
/** After a check that could not be made at all. */
const RETRY = 5_000;

interface Earlier {
  readonly ref: BlobRef;
  readonly baseline: BlobRef;
}
type Waiter = ReturnType<typeof Promise.withResolvers<CheckResult>>;

export function openChecks({ posts, queue, journal, blobs, prober, workers, log }: ChecksOptions): Checks {
  const byKey = new Map(posts.map((post): [string, Post] => [keyOf(post.desk.shop.id, post.page.id), post]));
  const beats = new Map<string, Beat>();
  const waiters = new Map<string, Waiter>();
  const stopping = new AbortController();
  const analyst = openAnalyst();
  /** By page, the newest visit of each kind of visitor: what others received, should one receive something new. */
  const visitors = new Map<string, Map<string, Earlier>>();
  const active = new Set<Promise<void>>();
  /** Pages whose next check could not be put into the queue: the disk was full. */
  const unplanned = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const beatOf = (key: string): Beat =>
    beats.get(key) ?? { dueAt: Date.now(), startedAt: null, endedAt: null };
  const put = (key: string, dueAt: number) => queue.put({ key, dueAt, body: { check: newId('check') } });
  const schedule = async (key: string, delay: number) => {
    const dueAt = Date.now() + delay;
    beats.set(key, { ...beatOf(key), dueAt });
    await put(key, dueAt);
  };

  const make = async (post: Post, check: CheckId): Promise<CheckResult> => {
    const { desk, page, journey } = post;
    const { id: shop, privateNetwork, identify } = desk.shop;
    // While cards are off a visit cannot choose one: it walks as far as the halted page lets a shopper go. During a
    // resumption they are on for those who look first.
    const { state } = desk.state().gate;
    const approved = desk.state().pages.find(({ id }) => id === page.id)?.baseline ?? null;
    const baseline = await loadBaseline(blobs, approved);
    const bodiesOf = (visits: readonly VisitMade[]) =>
      loadBodies(blobs, [
        ...visits.flatMap(({ recording }) => bodiesOfRecording(recording)),
        ...(baseline === null ? [] : bodiesOfBaseline(baseline.baseline)),
      ]);
    const order = { shop, page, journey, check, privateNetwork, identify, signal: stopping.signal } as const;
    const recordings =
      state === 'open' || state === 'resuming'
        ? await prober.check({
            ...order,
            inDoubt: async (visits) =>
              inDoubt({
                recordings: visits,
                baseline: baseline?.baseline ?? null,
                bodies: await bodiesOf(visits),
              }),
            enough: async (visit) =>
              judgeCheck({ recordings: [visit], baseline, bodies: await bodiesOf([visit]) }).verdict.kind ===
              'tampered',
          })
        : [await prober.prove(order)];
    // A visit broken off by our own stop says nothing of the page.
    stopping.signal.throwIfAborted();
    const bodies = await bodiesOf(recordings);
    const visits = recordings.map(({ recording }) => recording);
    const code = await analyst.understand(
      suspectsOfCheck(visits, baseline?.baseline ?? null, bodies),
      bodies,
    );
    const judged = judgeCheck({ recordings, baseline, bodies, code });
    const others = judged.verdict.kind === 'clean' ? [] : await othersOf(post, recordings, baseline?.ref);
    const judgement =
      others.length === 0 ? judged : judgeCheck({ recordings, baseline, bodies, code, others });
    remember(post, recordings, baseline?.ref);
    const kept = await keepJudgement(blobs, shop, { kind: 'check', check, page: page.id }, judgement);
    await desk.record(kept.draft, judgement);
    return {
      check,
      verdict: judgement.verdict.kind,
      judgement: kept.ref,
      recordings: recordings.map(({ ref }) => ref),
    };
  };

  const remember = ({ desk, page }: Post, recordings: readonly VisitMade[], baseline?: BlobRef) => {
    const [first] = recordings;
    if (first === undefined || baseline === undefined) return;
    const key = keyOf(desk.shop.id, page.id);
    const known = visitors.get(key) ?? new Map<string, Earlier>();
    visitors.set(key, known.set(first.recording.visit.persona.id, { ref: first.ref, baseline }));
  };
  const othersOf = async ({ desk, page }: Post, [now]: readonly VisitMade[], baseline?: BlobRef) => {
    const known = visitors.get(keyOf(desk.shop.id, page.id));
    const found: Visited[] = [];
    for (const [persona, earlier] of known ?? []) {
      // What was received under another approval may have been right then.
      if (persona === now?.recording.visit.persona.id || earlier.baseline !== baseline) continue;
      const recording = await loadRecording(blobs, earlier.ref);
      if (recording !== null) found.push({ ref: earlier.ref, recording });
    }
    return found;
  };

  const work = async (job: TakenJob, post: Post) => {
    const { check } = Body.parse(job.body);
    const shop = post.desk.shop.id;
    beats.set(job.key, { ...beatOf(job.key), startedAt: Date.now() });
    const alive = setInterval(
      () => void queue.extend(job, Date.now(), LEASE).catch(() => undefined),
      LEASE / 3,
    );
    let made = false;
    const settle = (tell: (waiter: Waiter) => void) => {
      const waiter = waiters.get(job.key);
      waiters.delete(job.key);
      if (waiter !== undefined) tell(waiter);
    };
    try {
      // Killed between the judgement and the end of the job: the check is made, its result is in the ledger.
      if ((await journal.check(shop, check)) === null) {
        const result = await make(post, check);
        settle((waiter) => waiter.resolve(result));
      }
      beats.set(job.key, { ...beatOf(job.key), startedAt: null, endedAt: Date.now() });
      made = true;
    } catch (error) {
      beats.set(job.key, { ...beatOf(job.key), startedAt: null });
      if (!stopping.signal.aborted)
        log.error({ shop, page: post.page.id, reason: reasonOf(error) }, 'a check failed');
      settle((waiter) => waiter.reject(checkError(error)));
    } finally {
      clearInterval(alive);
    }
    if (stopping.signal.aborted) return;
    await queue.done(job);
    // Someone came after the result was given out, while the job still held its key.
    if (waiters.has(job.key)) await put(job.key, Date.now());
    else if (made) await schedule(job.key, everyMs(post.page));
    // Due since then, not from now: a probe that only ever fails is missed.
    else await put(job.key, Date.now() + RETRY);
  };

  /** Takes what is due as long as hands are free, then sleeps until the next is. */
  const pump = async (): Promise<void> => {
    clearTimeout(timer);
    for (const key of unplanned) {
      await put(key, Date.now() + RETRY);
      unplanned.delete(key);
    }
    while (!stopping.signal.aborted && active.size < workers) {
      const job = await queue.take(Date.now(), LEASE);
      if (job === null) break;
      const post = byKey.get(job.key);
      // A page that is no longer in the configuration.
      if (post === undefined) await queue.done(job);
      else {
        const running = work(job, post)
          .catch((error: unknown) => {
            unplanned.add(job.key);
            log.error({ reason: reasonOf(error) }, 'the queue of checks failed');
          })
          .finally(() => {
            active.delete(running);
            poke();
          });
        active.add(running);
      }
    }
    if (stopping.signal.aborted) return;
    const due = await queue.nextDue();
    const wait = due === null ? 1_000 : Math.max(10, due - Date.now());
    clearTimeout(timer);
    timer = setTimeout(poke, active.size < workers ? Math.min(wait, 1_000) : 1_000);
  };
  let pumping: Promise<void> = Promise.resolve();
  const poke = () => {
    pumping = pumping.then(pump).catch((error: unknown) => {
      log.error({ reason: reasonOf(error) }, 'the queue of checks cannot be read');
      timer = setTimeout(poke, RETRY);
    });
  };

  const join = async (key: string): Promise<CheckResult> => {
    if (stopping.signal.aborted) throw checkError(stopping.signal.reason);
    const waiter = waiters.get(key) ?? Promise.withResolvers<CheckResult>();
    waiters.set(key, waiter);
    // Whoever waits gets the error; nobody else must be told of it twice.
    waiter.promise.catch(() => undefined);
    await put(key, Date.now());
    poke();
    return waiter.promise;
  };

  return {
    async check(shop, page, fresh) {
      const key = keyOf(shop, page);
      if (fresh !== undefined && beatOf(key).startedAt !== null) await join(key).catch(() => undefined);
      return join(key);
    },
    running: (shop, page) => beatOf(keyOf(shop, page)).startedAt !== null,
    beat: (shop, page) => beatOf(keyOf(shop, page)),
    async start() {
      await queue.reclaim();
      for (const [key, { desk, page }] of byKey) {
        const last = desk.state().pages.find(({ id }) => id === page.id)?.lastCheck?.at;
        const age = last === undefined ? Number.POSITIVE_INFINITY : Date.now() - Date.parse(last);
        await schedule(key, Math.max(0, everyMs(page) - age));
      }
      poke();
    },
    async stop() {
      stopping.abort(checkError(new Error('the server is stopping')));
      clearTimeout(timer);
      await analyst.close();
      await pumping;
      await Promise.all(active);
      for (const waiter of waiters.values()) waiter.reject(checkError(stopping.signal.reason));
    },
  };
}

const keyOf = (shop: ShopId, page: PageId): string => `check/${shop}/${page}`;

/** Jitter of a tenth: an attacker who knows the interval does not know the moment. */
const everyMs = ({ everySeconds }: PaymentPage): number => everySeconds * 1000 * (0.9 + Math.random() * 0.2);

const checkError = (error: unknown): ServerError =>
  error instanceof ServerError
    ? error
    : new ServerError(
        'check',
        `The check could not be made: ${reasonOf(error)}.`,
        `チェックを実行できませんでした（${reasonOf(error)}）。`,
        error,
      );

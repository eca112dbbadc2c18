import { type BlobRef, type Blobs, type GuardActs, type GuardReport } from '@komainu/model';
import { sayError } from '../error.ts';
import { gapReport } from '../reports.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { each } from '../scan/survey.ts';
import type { Say } from './events.ts';
import type { Sent, ServerLink } from './server-link.ts';
import { bodiesOf, isActs, type Spool, type SpoolItem } from './spool.ts';

/** Carries the spool to the server, in order; waits while it is away, and holds nothing else up. */
export interface Courier {
  /** From now on: not before what the spool holds has been noted as told. */
  begin(): void;
  /** There is something new. While the server is away that is no reason to ask it sooner. */
  wake(): void;
  /** The server has just answered something else: try at once. */
  serverSeen(): void;
  /** The report may leave the spool only after this is done. */
  after(item: SpoolItem, noted: Promise<unknown>): void;
  /** The server should know of this seal before it hears of changes against it. */
  announce(seal: OpenSeal): void;
  /** Resolves when nothing is waiting. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const FIRST_MS = 200;
const LONGEST_MS = 5_000;
const REMEMBERED = 5_000;
const AHEAD = 16;
const UPLOADS = 6;

export function startCourier(spool: Spool, sealed: Blobs, link: ServerLink, say: Say): Courier {
  const seals: OpenSeal[] = [];
  const sent = new Set<BlobRef>();
  const noted = new Map<number, Promise<unknown>>();
  let waiters: (() => void)[] = [];
  let stir = () => {};
  let stirred = false;
  const closing = new AbortController();
  let away = false;

  /** Bytes first, those of the next reports too: the server wants them before the reports that name them. */
  async function upload(): Promise<Sent | null> {
    const wanted = new Map<BlobRef, SpoolItem>();
    for (const item of spool.pending().slice(0, AHEAD))
      for (const ref of bodiesOf(item.report)) if (!sent.has(ref) && !wanted.has(ref)) wanted.set(ref, item);
    let away: Sent | null = null;
    await each([...wanted], UPLOADS, async ([ref, item]) => {
      if (away) return;
      const bytes = (await spool.body(item, ref)) ?? (await sealed.get(ref).catch(() => null));
      const result = bytes && (await link.blob(ref, bytes));
      if (result?.kind === 'later') away = result;
      else {
        // Without these bytes the alarm still goes out; the server sees that they are missing. What an act names was
        // mostly sent with the report it is about.
        if (result === null) {
          if (!isActs(item.report))
            say('error', 'problem', `the bytes of ${ref} are not in the store any more`);
        } else if (result.kind === 'refused')
          say('error', 'refused', `the server refuses the bytes ${ref}: ${result.detail}`);
        remember(ref);
      }
    });
    return away;
  }

  function remember(ref: BlobRef): void {
    sent.add(ref);
    const [oldest] = sent;
    if (sent.size > REMEMBERED && oldest) sent.delete(oldest);
  }

  async function step(): Promise<'on' | 'rest' | Sent> {
    const seal = seals[0];
    if (seal) {
      const result = await link.seal(seal);
      if (result.kind === 'later') return result;
      seals.shift();
      const what = `release ${seal.seal.release}, ${seal.ref}`;
      if (result.kind === 'refused')
        say('error', 'refused', `the server refuses ${what}: ${result.detail}`, seal.seal.root);
      else say('info', 'seal', `the server knows ${what}`, seal.seal.root);
      return 'on';
    }
    const item = spool.next();
    if (!item) return 'rest';
    const { report } = item;
    const result = (await upload()) ?? (await (isActs(report) ? link.acts(report) : link.report(report)));
    if (result.kind === 'later') return result;
    const { id, root } = report;
    // Noted as told before it is forgotten here: a crash in between must not make it new again.
    await noted
      .get(item.sequence)
      ?.catch((error: unknown) => say('warn', 'problem', `may be told again: ${sayError(error)}`, root));
    noted.delete(item.sequence);
    if (result.kind === 'taken') {
      await spool.done(item);
      const what = isActs(report) ? `${report.acts.length} acts` : `${report.changes.length} changes`;
      say('info', 'delivered', `${id}: ${what}`, root);
    } else {
      // It must not hold up what comes after it, and yet not be silent: a short report says so instead. That one is
      // stored first: a crash in between says it twice rather than never.
      if (isActs(report) || report.changes.length > 0) await spool.add(substitute(report, result.detail));
      await spool.refuse(item);
      say('error', 'refused', `the server refuses ${id}: ${result.detail}`, root);
    }
    return 'on';
  }

  async function run(): Promise<void> {
    let wait = FIRST_MS;
    while (!closing.signal.aborted) {
      const result = await step().catch(
        (error: unknown): Sent => ({ kind: 'later', status: null, detail: `own disk: ${sayError(error)}` }),
      );
      if (result === 'on' || result === 'rest') {
        if (away) say('info', 'server-back', 'the server takes reports again');
        away = false;
        wait = FIRST_MS;
        if (result === 'on') continue;
        for (const done of waiters) done();
        waiters = [];
      } else if (result.kind === 'later' && !away) {
        away = true;
        const status = result.status === null ? '' : ` (${result.status})`;
        say('warn', 'server-away', `reports are kept until the server takes them${status}: ${result.detail}`);
      }
      await rest(result === 'rest' ? null : wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_MS);
    }
  }

  async function rest(ms: number | null): Promise<void> {
    if (!stirred && !closing.signal.aborted)
      await new Promise<void>((resolve) => {
        const timer = ms === null ? undefined : setTimeout(resolve, ms);
        stir = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    stirred = false;
  }

  const tryNow = () => {
    stirred = true;
    stir();
  };
  let running = Promise.resolve();
  return {
    begin: () => {
      running = run();
    },
    wake: () => (away ? undefined : tryNow()),
    serverSeen: tryNow,
    after: ({ sequence }, done) => {
      noted.set(sequence, done);
      // Waited for above; here only so that a failure in between is no unhandled one.
      done.catch(() => undefined);
    },
    announce: (seal) => {
      seals.push(seal);
      tryNow();
    },
    idle: async () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        tryNow();
      }),
    close: async () => {
      closing.abort();
      tryNow();
      await running;
    },
  };
}

function substitute(report: GuardReport | GuardActs, why: string): GuardReport {
  const { id, guard, shop, root, seal } = report;
  const of = isActs(report) ? `${report.acts.length} acts` : `${report.changes.length} changes`;
  const detail = `report ${id} of ${of} was refused by the server (${why}) and is kept on the guard's machine`;
  return gapReport({ guard, shop, root, seal }, detail);
}

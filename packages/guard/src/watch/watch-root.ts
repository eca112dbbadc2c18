import { once } from 'node:events';
import { resolve } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { Blobs, FilePath, GuardianId, GuardReport } from '@komainu/model';
import type { Found, Gap } from '../disk/difference.ts';
import { GuardError, sayError } from '../error.ts';
import { makeReports } from '../reports.ts';
import { MAX_BODY } from '../scan/scan-root.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { startWorker } from '../worker.ts';
import type { EventsFrom, FromVerifier, ToVerifier, VerifierSettings, WatchProblemCode } from './messages.ts';
import type { SourceName } from './sources/source.ts';

export interface WatchProblem {
  readonly code: WatchProblemCode;
  readonly detail: string;
}

export interface WatchOptions {
  readonly seal: OpenSeal;
  /** Where the root is; absolute. May be a link that a deploy moves. */
  readonly dir: string;
  readonly guard: GuardianId;
  /** Gets the bytes of what changed, before they are reported. */
  readonly blobs: Blobs;
  /** Gets each report, one after the other. When it fails the changes are found and reported again. */
  readonly onReport: (report: GuardReport) => void | Promise<void>;
  /** Paths that are as sealed again: a later difference there is a new one. */
  readonly onSettled?: (paths: readonly FilePath[]) => void | Promise<void>;
  readonly onProblem: (problem: WatchProblem) => void;
  /** Differences already reported, by {@link digestsOf}: not reported again while they stay the same. */
  readonly known?: Iterable<readonly [FilePath, string]>;
  /** Every so often all stats are compared. Default 10 s. */
  readonly reconcileMs?: number;
  /** Every so often all bytes are read. Default 1 h. */
  readonly hashEveryMs?: number;
  /** Bytes of a changed file above this are not kept. Default 16 MiB. */
  readonly maxBody?: number;
  /** Files above this are reported but not read, unless they have their sealed size. Default 4 GiB. */
  readonly maxHash?: number;
  /** Where the kernel's word of changes comes from. Default `auto`: the best that works here. */
  readonly events?: SourceName | 'auto';
}

export interface WatchStart {
  readonly paths: number;
  readonly directories: number;
  readonly ms: number;
  /** Of files: where events come from, and why nothing better could be had. */
  readonly events?: SourceName;
  readonly refused?: readonly string[];
}

export interface Watch {
  /** All is armed and has been compared once. @throws GuardError `worker-died` */
  readonly ready: Promise<WatchStart>;
  /** When both threads last showed that they are alive, ms since 1970. */
  lastBeat(): number;
  /** A pass now: all stats, or all bytes; resolves when what it found has been reported. */
  pass(kind: 'stat' | 'hash'): Promise<void>;
  /**
   * The guard has put these as they are sealed. They are looked at once more: whoever undid that at once, with the same
   * bytes, would otherwise seem to have changed nothing since the last report.
   */
  putRight?(paths: readonly FilePath[]): void;
  close(): Promise<void>;
}

/** What the verifying thread found, until it is taken. */
interface Batch {
  readonly found: Found[];
  readonly gaps: Gap[];
  readonly settled: readonly FilePath[];
  clear: boolean;
}

const MERGE_BELOW = 200;

/**
 * Watches a root against its seal. Differences that are there at the start are reported too, so nothing that happened
 * while no guard ran is lost. A report without changes and gaps says that everything is as sealed: after the start,
 * or after the last difference has gone.
 */
export function watchRoot(options: WatchOptions): Watch {
  const { seal, guard, blobs } = options;
  const reporter = { guard, shop: seal.seal.shop, root: seal.seal.root, seal: seal.ref };
  const { port1, port2 } = new MessageChannel();
  const settings: VerifierSettings = {
    dir: resolve(options.dir),
    policies: seal.seal.policies,
    known: [...(options.known ?? [])],
    reconcileMs: options.reconcileMs ?? 10_000,
    hashEveryMs: options.hashEveryMs ?? 3_600_000,
    maxBody: options.maxBody ?? MAX_BODY,
    maxHash: options.maxHash ?? 4 * 2 ** 30,
  };
  const events = startWorker(import.meta.url, './event-worker', {
    workerData: { port: port1, events: options.events ?? 'auto' },
    transferList: [port1],
  });
  const verifier = startWorker(import.meta.url, './verify-worker', {
    workerData: { events: port2, settings, entries: seal.entriesBytes },
    // It makes little garbage for long; left alone it grows by 180 MB at 100,000 files, and is no faster.
    resourceLimits: { maxYoungGenerationSizeMb: 12 },
    transferList: [port2],
  });
  const started = Promise.withResolvers<WatchStart>();
  started.promise.catch(() => undefined);
  const passes = new Map<number, { done: () => void; failed: (error: Error) => void }>();
  let nextPass = 0;
  let beat = Date.now();
  let closed = false;
  let chain = Promise.resolve();
  let source: EventsFrom | null = null;
  /** Messages are dealt with one after the other: reports keep the order of what they tell. */
  const inOrder = (act: () => void | Promise<void>): void => {
    chain = after(chain, act);
  };
  const tell = (message: ToVerifier) => verifier.postMessage(message, []);

  async function take({ found, gaps, settled, clear }: Batch): Promise<void> {
    try {
      if (settled.length > 0) await options.onSettled?.(settled);
      const told = found.length + gaps.length > 0 ? await makeReports(reporter, found, gaps, blobs) : [];
      const all = clear ? [...told, ...(await makeReports(reporter, [], [], blobs))] : told;
      for (const report of all) if (!closed) await options.onReport(report);
    } catch (error) {
      options.onProblem({ code: 'report-failed', detail: sayError(error) });
      const paths = [...found.flatMap(({ path, from }) => [path, from]), ...gaps.map(({ path }) => path)];
      tell({ kind: 'forget', paths: paths.filter((path) => path !== null) });
    } finally {
      tell({ kind: 'taken', bytes: found.reduce((sum, { bytes }) => sum + (bytes?.byteLength ?? 0), 0) });
    }
  }

  let open: Batch | null = null;
  /** What is found while an earlier report is still being stored goes into one report: a burst costs few fsyncs. */
  function collect({ found, gaps, settled, clear }: Batch): void {
    if (open && !open.clear && settled.length === 0 && open.found.length < MERGE_BELOW) {
      open.found.push(...found);
      open.gaps.push(...gaps);
      open.clear = clear;
      return;
    }
    const batch: Batch = { found, gaps, settled, clear };
    open = batch;
    inOrder(async () => {
      if (open === batch) open = null;
      await take(batch);
    });
  }

  verifier.on('message', (message: FromVerifier) => {
    switch (message.kind) {
      case 'found':
        return collect({ ...message, found: [...message.found], gaps: [...message.gaps] });
      case 'ready':
        return inOrder(() =>
          started.resolve({ ...message, events: source?.name ?? 'fs-watch', refused: source?.refused ?? [] }),
        );
      case 'source':
        source = message;
        return;
      case 'passed':
        return inOrder(() => {
          passes.get(message.id)?.done();
          passes.delete(message.id);
        });
      case 'problem':
        return options.onProblem({ code: message.code, detail: message.detail });
      case 'beat':
        beat = Date.now();
        return;
    }
  });
  const eventsEnded = once(events, 'exit');
  const end = async () => {
    // The event thread is asked: it has things to give back to the system.
    events.postMessage('end', []);
    await Promise.all([eventsEnded, verifier.terminate()]);
  };
  const died = (which: string) => (error: unknown) => {
    if (closed) return;
    closed = true;
    const detail = `the ${which} thread ended: ${sayError(error)}`;
    const failure = new GuardError('worker-died', detail);
    started.reject(failure);
    for (const pass of passes.values()) pass.failed(failure);
    options.onProblem({ code: 'worker-died', detail });
    void end();
  };
  for (const [worker, which] of [
    [events, 'event'],
    [verifier, 'verifying'],
  ] as const) {
    worker.on('error', died(which));
    worker.on('exit', (code) => died(which)(`exit ${code}`));
  }

  return {
    ready: started.promise,
    lastBeat: () => beat,
    pass: async (kind) =>
      new Promise((done, failed) => {
        if (closed) return failed(new GuardError('worker-died', 'the watch is closed'));
        const id = nextPass++;
        passes.set(id, { done, failed });
        tell({ kind: 'pass', id, hash: kind === 'hash' });
      }),
    putRight: (paths) => {
      if (!closed) tell({ kind: 'put-right', paths });
    },
    close: async () => {
      closed = true;
      await end();
      await chain;
    },
  };
}

async function after(previous: Promise<void>, act: () => void | Promise<void>): Promise<void> {
  await previous;
  await act();
}

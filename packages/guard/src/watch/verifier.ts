import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { FilePath, FileWriter } from '@komainu/model';
import { list } from '../disk/list.ts';
import { compilePolicies } from '../disk/policy.ts';
import { readEntries } from '../seal/entries.ts';
import { makeChecker } from './checker.ts';
import { makeJudge } from './judge.ts';
import type { FromEvents, FromVerifier, ToEvents, ToVerifier, VerifierSettings } from './messages.ts';
import { makeOutbox } from './outbox.ts';
import { makePasses } from './passes.ts';
import { makeWatches } from './watches.ts';

const SLICE_MS = 5;
/** So many paths, or events, at once: some events may have been lost before they came to us, and not been told. */
const BURST = 1_000;
const BURST_EVENTS = 4_096;
const SOON_MS = 500;

export interface Links {
  readonly toMain: (message: FromVerifier, transfer: ArrayBuffer[]) => void;
  readonly toEvents: (message: ToEvents) => void;
}

/**
 * The verifying thread's mind. Two queues of paths: what an event named, and what a listing or a pass found; one
 * pump that looks at them in slices; passes that fill the second queue from time to time with all that the events
 * did not tell. Everything here is level-triggered: a path is looked at as it is now, whatever the event said.
 */
export function makeVerifier(settings: VerifierSettings, entries: Uint8Array, { toMain, toEvents }: Links) {
  const started = performance.now();
  const policies = compilePolicies(settings.policies);
  const sealed = readEntries(entries);
  const outbox = makeOutbox(toMain);
  // "As sealed" is said once, after something else was: after lost events when every stat was compared again, after a
  // mere touch when every byte was read again.
  let said: 'nothing' | 'clean' | 'differs' | 'lost' | 'touched' = 'nothing';
  let saidAt = 0;
  const unsure = (what: 'lost' | 'touched') => {
    if (said !== 'touched') said = what;
    saidAt = Date.now();
  };
  const judge = makeJudge(sealed, policies, settings.known, outbox, () => unsure('touched'));
  const urgent = new Map<FilePath, FileWriter | null>();
  const queue = new Set<FilePath>();
  const forced = new Set<FilePath>();
  let ready = false;
  let wake = () => {};

  const now = (path: FilePath) => {
    urgent.set(path, urgent.get(path) ?? null);
    wake();
  };
  const later = (path: FilePath, force = false) => {
    queue.add(path);
    if (force) forced.add(path);
    wake();
  };
  const problem = (code: Extract<FromVerifier, { kind: 'problem' }>['code'], detail: string) =>
    toMain({ kind: 'problem', code, detail }, []);

  const watches = makeWatches(toEvents, (directory) => {
    const real = checker.real();
    if (real === null) return;
    const listing = list(real, directory);
    if (listing.kind !== 'gone')
      judge.listed(directory, listing.kind === 'unreadable' ? listing.detail : null);
    if (listing.kind === 'listed')
      for (const { path, directory: inner } of listing.names)
        if (policies.of(path) !== 'ignored' || (inner && !policies.prunes(path))) later(path);
    // A new directory: what was put there while it was being listed is looked for once more.
    if (ready) passes.soon(SOON_MS);
  });
  const checker = makeChecker({
    settings,
    policies,
    sealed,
    judge,
    watches,
    now,
    moved: (place) => {
      toEvents({ kind: 'root', ...place });
      if (ready) passes.soon(0);
    },
    listAgain: () => passes.soon(0),
    generation: () => passes.generation(),
    problem,
  });
  const passes = makePasses({
    settings,
    judge,
    watches,
    sealed,
    policies,
    checker,
    later,
    drained,
    wake: () => wake(),
    gap: (detail) => {
      outbox.gap({ path: null, detail });
      unsure('touched');
    },
    problem,
    allCompared: (since) => {
      if (said === 'lost' && saidAt <= since) said = 'differs';
    },
    allRead: (since) => {
      if (said === 'touched' && saidAt <= since) said = 'differs';
    },
  });

  /** Resolves when everything known to be due has been looked at. */
  async function drained(): Promise<void> {
    while (urgent.size + queue.size + checker.busy() > 0 || watches.isBusy()) await sleep(2);
  }

  function flush(): void {
    if (urgent.size > 0 && !outbox.isFull()) return;
    const different = judge.differs() || checker.isLost();
    if (different && said !== 'lost') said = 'differs';
    const idle = ready && queue.size + checker.busy() === 0 && !watches.isBusy();
    const clear = idle && !different && (said === 'nothing' || said === 'differs');
    if (outbox.isEmpty() && !clear) return;
    if (clear) said = 'clean';
    outbox.flush(clear);
  }

  async function pump(): Promise<never> {
    for (;;) {
      const until = performance.now() + SLICE_MS;
      while (performance.now() < until && !outbox.isFull()) {
        const [path] = urgent.size > 0 ? urgent.keys() : queue;
        if (path === undefined) break;
        const who = urgent.get(path);
        if (who) judge.writtenBy(path, who);
        const event = urgent.delete(path);
        queue.delete(path);
        checker.check(path, forced.delete(path), event);
      }
      watches.sendDue();
      flush();
      await outbox.room();
      if (urgent.size + queue.size > 0) await breathe();
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }

  async function begin(): Promise<void> {
    later('.');
    void pump();
    await drained();
    passes.sweep();
    await drained();
    passes.tellLimits();
    ready = true;
    const ms = performance.now() - started;
    flush();
    toMain({ kind: 'ready', paths: judge.live.size, directories: watches.directories.size, ms }, []);
    await passes.run();
  }

  return {
    begin,
    onEvents(message: FromEvents): void {
      switch (message.kind) {
        case 'armed':
          watches.onArmed(message);
          return wake();
        case 'events':
          for (const [path, who] of message.paths) urgent.set(path, who ?? urgent.get(path) ?? null);
          if ((message.paths.length > BURST || message.heard > BURST_EVENTS) && ready) passes.soon(SOON_MS);
          toEvents({ kind: 'next' });
          return wake();
        case 'lost':
          problem('events-lost', message.detail);
          outbox.gap({ path: null, detail: `${message.detail}; everything is compared again now` });
          unsure('lost');
          passes.soon(0);
          return wake();
        case 'source':
          return toMain(message, []);
        case 'pong':
          return toMain({ kind: 'beat' }, []);
      }
    },
    onMain(message: ToVerifier): void {
      switch (message.kind) {
        case 'taken':
          return outbox.taken(message.bytes);
        case 'forget':
          for (const path of message.paths) judge.forget(path);
          return passes.soon(SOON_MS);
        case 'put-right':
          for (const path of message.paths) {
            judge.forget(path);
            now(path);
          }
          return;
        case 'pass':
          return passes.ask(message.hash, () => {
            flush();
            toMain({ kind: 'passed', id: message.id }, []);
          });
      }
    },
  };
}

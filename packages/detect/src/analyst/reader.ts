import { Worker } from 'node:worker_threads';
import type { NotUnderstood, Scanned, Understanding, Understood } from '../code/understand/types.ts';
import { sibling } from './start.ts';
import type { Task } from './understand-worker.ts';

export interface Limits {
  /** For one script, in milliseconds. */
  readonly deadline: number;
  /** Of the worker's heap, in MB. */
  readonly memory: number;
}

/** Understands one script after another in a thread that may be killed at any time. */
export interface Reader {
  /** Never rejects. */
  read(bytes: Uint8Array): Promise<Understanding>;
  /** What is under way or waiting is not understood. */
  close(): Promise<void>;
}

/** Hostile nesting ends in a catchable error only where the stack is large. */
const STACK_MB = 200;

type Outcome = Understood | NotUnderstood['reason'];

export function openReader({ deadline, memory }: Limits): Reader {
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const started = (): Worker => {
    if (worker !== null) return worker;
    const { path, execArgv } = sibling(import.meta.url, 'understand-worker');
    worker = new Worker(path, {
      execArgv: [...execArgv],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: 64, stackSizeMb: STACK_MB },
    });
    return worker;
  };
  const kill = async () => {
    const dying = worker;
    worker = null;
    await dying?.terminate();
  };
  const once = async (bytes: Uint8Array, only: Task['only']): Promise<Outcome> => {
    if (closed) return 'failed';
    const hand = started();
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const timer = setTimeout(() => resolve('time'), deadline);
    const failed = (error: Error & { readonly code?: string }) =>
      resolve(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'failed');
    const ended = () => resolve('failed');
    hand.ref();
    hand.once('message', resolve).once('error', failed).once('exit', ended);
    // A Buffer may be a window into a shared pool: only a copy can be handed over.
    const copy = new Uint8Array(bytes);
    hand.postMessage({ bytes: copy, only } satisfies Task, [copy.buffer]);
    const outcome = await promise;
    clearTimeout(timer);
    hand.off('message', resolve).off('error', failed).off('exit', ended);
    // An idle thread keeps no process alive; one that overran is not to be trusted again.
    if (typeof outcome === 'string') await kill();
    else hand.unref();
    return outcome;
  };
  const read = async (bytes: Uint8Array): Promise<Understanding> => {
    const parsed = await once(bytes, null);
    if (typeof parsed !== 'string') return parsed;
    const reason: Scanned['reason'] | null = parsed === 'failed' ? null : parsed;
    const scanned = await once(bytes, reason ?? 'syntax');
    return typeof scanned === 'string'
      ? { kind: 'not-understood', bytes: bytes.length, reason: scanned }
      : scanned;
  };
  return {
    read(bytes) {
      const next = last.then(() => read(bytes));
      last = next;
      return next;
    },
    async close() {
      closed = true;
      // Whoever waits is told that it failed.
      await kill();
      await last;
    },
  };
}

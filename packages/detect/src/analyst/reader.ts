import { type ChildProcess, fork } from 'node:child_process';
import type { NotUnderstood, Scanned, Understanding, Understood } from '../code/understand/types.ts';
import { confined, sibling } from './confine.ts';
import type { Task } from './understand-child.ts';

export interface Limits {
  /** For one script, in milliseconds. */
  readonly deadline: number;
  /** Of the process's heap, in MB. */
  readonly memory: number;
}

/** Understands one script after another in a process that may be killed at any time. */
export interface Reader {
  /** Never rejects. */
  read(bytes: Uint8Array): Promise<Understanding>;
  /** What is under way or waiting is not understood. */
  close(): Promise<void>;
}

/** To load its modules, on a machine that is busy. */
const START = 30_000;

/** Then it ends: it may have grown to its limit. */
const IDLE = 30_000;

type Outcome = Understood | NotUnderstood['reason'];

/**
 * A process, not a thread: a thread that runs out of memory in one large step takes the whole process with it, and
 * what it reads is written by attackers.
 */
export function openReader({ deadline, memory }: Limits): Reader {
  let child: ChildProcess | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  let idle: NodeJS.Timeout | undefined;

  const start = (): ChildProcess => {
    const path = sibling(import.meta.url, 'understand-child');
    return fork(path, [], {
      execArgv: [...confined(path, ['acorn', 'zod', '@komainu/model'], memory)],
      env: {},
      cwd: '/',
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  };
  const kill = async (dying: ChildProcess) => {
    if (child === dying) child = null;
    if (dying.exitCode !== null || dying.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    dying.once('exit', () => resolve());
    dying.ref();
    if (dying.kill('SIGKILL')) await promise;
  };
  /** The next message, or why there is none. */
  const answer = async (of: ChildProcess, within: number): Promise<unknown> => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => resolve('time'), within);
    // V8 aborts where there is no memory left.
    const ended = (_: number | null, signal: string | null) =>
      resolve(signal === 'SIGABRT' ? 'memory' : 'failed');
    const failed = () => resolve('failed');
    of.once('message', resolve).once('exit', ended).once('error', failed);
    const message = await promise;
    clearTimeout(timer);
    of.off('message', resolve).off('exit', ended).off('error', failed);
    return message;
  };
  const once = async (bytes: Uint8Array, only: Task['only']): Promise<Outcome> => {
    if (closed) return 'failed';
    clearTimeout(idle);
    // It may have died since it was last used.
    if (child !== null && (child.exitCode !== null || child.signalCode !== null)) child = null;
    const fresh = child === null;
    const hand = child ?? start();
    child = hand;
    hand.ref();
    hand.channel?.ref();
    if (fresh && (await answer(hand, START)) !== 'ready') {
      await kill(hand);
      return 'failed';
    }
    hand.send({ bytes, only } satisfies Task, () => undefined);
    const outcome = (await answer(hand, deadline)) as Outcome;
    // One that overran is not to be trusted again; an idle one keeps nobody alive.
    if (typeof outcome === 'string') await kill(hand);
    else {
      hand.unref();
      hand.channel?.unref();
      idle = setTimeout(() => void kill(hand), IDLE).unref();
    }
    return outcome;
  };
  const read = async (bytes: Uint8Array): Promise<Understanding> => {
    const parsed = await once(bytes, null);
    if (typeof parsed !== 'string') return parsed;
    const reason: Scanned['reason'] = parsed === 'failed' ? 'syntax' : parsed;
    const scanned = await once(bytes, reason);
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
      clearTimeout(idle);
      // Whoever waits is told that it failed.
      if (child !== null) await kill(child);
      await last;
    },
  };
}

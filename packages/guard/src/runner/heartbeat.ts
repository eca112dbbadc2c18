import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GuardianId, instant, type ShopId } from '@komainu/model';
import { sayError } from '../error.ts';
import { replaceDurably } from '../seal/store-seal.ts';
import type { Say } from './events.ts';
import type { OwnKey } from './guard-key.ts';
import type { ServerLink } from './server-link.ts';

const FILE = 'heartbeats';

/** Says "I am alive, and watch these" every few seconds, with a count that never goes back, over restarts too. */
export async function startHeartbeats(options: {
  readonly dir: string;
  readonly guard: GuardianId;
  readonly shop: ShopId;
  readonly key: OwnKey;
  readonly everyMs: number;
  readonly link: ServerLink;
  /** Only the roots whose threads have shown that they live. */
  readonly watching: () => readonly string[];
  readonly onAnswer: () => void;
  readonly say: Say;
  readonly signal: AbortSignal;
}): Promise<{ readonly stopped: Promise<void>; readonly beatNow: () => void }> {
  const { dir, guard, shop, link, say, signal } = options;
  let count = Number.parseInt(await readFile(join(dir, FILE), 'utf8').catch(() => '0'), 10) || 0;
  let heard: boolean | null = null;
  let pause = new AbortController();

  async function beat(): Promise<void> {
    count += 1;
    // Before it is sent: after a crash the same count must not be used for another moment.
    await replaceDurably(dir, FILE, Buffer.from(`${count}\n`));
    const watching = [...options.watching()];
    const sent = await link.heartbeat(
      options.key.sign({ guardian: guard, kind: 'guard', shop, count, at: instant(), watching }),
    );
    if (sent.kind === 'taken') {
      if (heard === false) say('info', 'server-back', 'the server hears this guard again');
      // Whatever the courier waits for: the server is there.
      if (heard !== true) options.onAnswer();
    } else if (heard !== false)
      say('warn', 'server-away', `the server does not hear this guard: ${sent.detail}`);
    // Our count was lost with our data: go on above any it can have heard, or we would seem silent forever.
    if (sent.kind === 'refused' && sent.status === 409)
      count = Math.max(count, Math.floor(Date.now() / 1_000));
    heard = sent.kind === 'taken';
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await beat().catch((error: unknown) => say('error', 'problem', `no heartbeat: ${sayError(error)}`));
      pause = new AbortController();
      const either = AbortSignal.any([signal, pause.signal]);
      await sleep(options.everyMs, undefined, { signal: either }).catch(() => undefined);
    }
  }
  return { stopped: run(), beatNow: () => pause.abort() };
}

import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tells systemd that the guard is ready and lives. Node has no datagram sockets of AF_UNIX, and a native binding only
 * for this would be more to trust than systemd's own program, one short run of which every third of the watchdog's
 * time costs nothing that counts. So the unit says `NotifyAccess=all`: the guard starts no programs but this and the
 * halt's.
 */
export interface ServiceManager {
  ready(): Promise<void>;
  /** Resolves at `signal`. While `isAlive` is false nothing is said, and systemd starts the guard anew. */
  keepAlive(isAlive: () => boolean, signal: AbortSignal): Promise<void>;
}

const PROGRAM = '/usr/bin/systemd-notify';

export function openServiceManager(
  env: Readonly<Record<string, string | undefined>>,
  onProblem: (detail: string) => void,
  program = PROGRAM,
): ServiceManager {
  const socket = env['NOTIFY_SOCKET'];
  const everyMs = Number(env['WATCHDOG_USEC'] ?? '0') / 1_000 / 3;
  let told = false;
  const say = async (word: string) => {
    if (socket === undefined || (await run(program, word, socket)) || told) return;
    told = true;
    onProblem(`systemd could not be told "${word}" by ${program}`);
  };
  return {
    ready: async () => say('READY=1'),
    async keepAlive(isAlive, signal) {
      if (socket === undefined || everyMs === 0) return;
      while (!signal.aborted) {
        if (isAlive()) await say('WATCHDOG=1');
        await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

const run = async (program: string, word: string, socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(program, [word], {
      env: { NOTIFY_SOCKET: socket },
      stdio: 'ignore',
      timeout: 10_000,
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });

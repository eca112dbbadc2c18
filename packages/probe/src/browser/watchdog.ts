import { readFile } from 'node:fs/promises';
import type { Session } from '../cdp/connection.ts';

/** Resident bytes of one renderer beyond which a page is fighting the machine. Ordinary payment pages stay below 300 MB. */
const MAX_RESIDENT = 1.5 * 1024 ** 3;
const EVERY = 250;
const PAGE = 4096;

/**
 * Kills a renderer that takes the machine's memory. Its page crashes, which its visit says; other visits go on. Only
 * where the system tells the size of a process (Linux); elsewhere the browser's own limits are all there is.
 */
export function startWatchdog(root: Session): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const { processInfo } = await root.send('SystemInfo.getProcessInfo');
    await Promise.all(
      processInfo
        .filter((one) => one.type === 'renderer' && one.id > 1)
        .map(async ({ id }) => {
          const resident = await residentOf(id);
          if (resident > MAX_RESIDENT && !stopped) process.kill(id, 'SIGKILL');
        }),
    );
  };
  const again = (): void => {
    if (stopped) return;
    timer = setTimeout(
      () =>
        void look()
          .catch(() => undefined)
          .then(again),
      EVERY,
    );
    timer.unref();
  };
  again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** 0 for a process that is gone, or on a system without /proc. */
async function residentOf(pid: number): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return Number(statm.split(' ')[1] ?? 0) * PAGE;
}

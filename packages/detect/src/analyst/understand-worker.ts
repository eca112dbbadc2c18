import { parentPort } from 'node:worker_threads';
import type { Scanned } from '../code/understand/types.ts';
import { understand } from '../code/understand/understand.ts';

/** One script to understand. */
export interface Task {
  readonly bytes: Uint8Array;
  /** Scan it only, for this reason. */
  readonly only: Scanned['reason'] | null;
}

parentPort?.on('message', ({ bytes, only }: Task) => {
  parentPort?.postMessage(understand(new TextDecoder().decode(bytes), only ?? undefined), []);
});

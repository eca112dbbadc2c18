import type { Scanned } from '../code/understand/types.ts';
import { understand } from '../code/understand/understand.ts';

/** One script to understand. */
export interface Task {
  readonly bytes: Uint8Array;
  /** Scan it only, for this reason. */
  readonly only: Scanned['reason'] | null;
}

// The entry of a process that reads scripts: a task in, an understanding out.
process.on('message', ({ bytes, only }: Task) => {
  process.send?.(understand(new TextDecoder().decode(bytes), only ?? undefined));
});
process.send?.('ready');

import type { Json } from '@komainu/model';

export interface Job {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  readonly body: Json;
}

/** A job in a worker's hands. The lease names this taking of it: a worker that lost it cannot finish the job. */
export interface TakenJob extends Job {
  readonly lease: string;
  readonly attempt: number;
}

/**
 * Work to do, at most one job per key, at least once. A job that is in someone's hands counts: putting its key again
 * gives that job back, so that two workers never do the same thing at once.
 */
export interface Queue {
  /** Adds the job, or brings the waiting one of this key forward; gives the one that will run or is running. */
  put(job: Job): Promise<Job & { readonly taken: boolean }>;
  /** The earliest job that is due and in nobody's hands; the lease ends by itself `leaseMs` from now. */
  take(now: number, leaseMs: number): Promise<TakenJob | null>;
  /** False when the lease was lost. */
  extend(job: TakenJob, now: number, leaseMs: number): Promise<boolean>;
  /** Removes a finished job; false when the lease was lost. */
  done(job: TakenJob): Promise<boolean>;
  /** When the next job that nobody holds is due; null when there is none. */
  nextDue(): Promise<number | null>;
  /** Takes every job out of its holder's hands: for a process that knows itself to be the only worker. */
  reclaim(): Promise<void>;
}

import type { Worker } from 'node:worker_threads';
import { GuardError } from '../error.ts';
import { startWorker } from '../worker.ts';
import { type Batch, type BatchResult, observeBatch } from './observe-batch.ts';

export interface HashPool {
  run(batch: Batch): Promise<BatchResult>;
  close(): Promise<void>;
}

interface Job {
  readonly batch: Batch;
  readonly done: (result: BatchResult) => void;
  readonly failed: (error: Error) => void;
}

/** A hashing thread lives on numbers and names; left alone its heap grows tenfold and it is no faster. */
const LIMITS = { maxYoungGenerationSizeMb: 4 };
/** So many bytes that had to come from the disk show that the pages are not in memory. */
const COLD_BYTES = 8 << 20;
const DISK_BLOCK = 512;

/** Bytes this process has so far had to wait for, by the kernel's count. */
const fromDisk = (): number => process.resourceUsage().fsRead * DISK_BLOCK;

/**
 * Threads that look at batches of paths; each has one batch at a time, so that none waits while another idles. While
 * bytes have to come from the disk there are up to `cold` of them: a disk is fast when much is asked of it at once.
 */
export function openHashPool(warm: number, cold = warm): HashPool {
  if (warm === 0) return { run: async (batch) => observeBatch(batch), close: async () => undefined };
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const running = new Map<Worker, Job>();
  const workers: Worker[] = [];
  const readBefore = fromDisk();
  let broken: Error | null = null;

  const next = () => {
    for (let worker = idle.pop(); worker; worker = idle.pop()) {
      const job = waiting.shift();
      if (!job) {
        idle.push(worker);
        return;
      }
      running.set(worker, job);
      worker.postMessage(job.batch, []);
    }
  };
  const fail = (error: Error) => {
    broken = new GuardError('worker-died', `a hashing thread ended: ${error.message}`, { cause: error });
    for (const job of [...running.values(), ...waiting]) job.failed(broken);
    running.clear();
    waiting.length = 0;
  };
  const start = () => {
    const worker = startWorker(import.meta.url, './hash-worker', { resourceLimits: LIMITS });
    worker.on('message', (result: BatchResult) => {
      running.get(worker)?.done(result);
      running.delete(worker);
      idle.push(worker);
      const wanted = waiting.length > workers.length && workers.length < cold;
      if (wanted && fromDisk() - readBefore > COLD_BYTES * (workers.length - warm + 1)) start();
      next();
    });
    worker.on('error', fail);
    workers.push(worker);
    idle.push(worker);
  };
  for (let n = 0; n < warm; n++) start();
  return {
    run: async (batch) =>
      new Promise((done, failed) => {
        if (broken) return failed(broken);
        waiting.push({ batch, done, failed });
        next();
      }),
    close: async () => {
      await Promise.all(workers.map(async (worker) => worker.terminate()));
    },
  };
}

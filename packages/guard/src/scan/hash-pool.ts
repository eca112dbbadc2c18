import type { Worker } from 'node:worker_threads';
import { GuardError } from '../error.ts';
import { startWorker } from '../worker.ts';
import { type Batch, type BatchResult, observeBatch } from './observe-batch.ts';

export interface HashPool {
  run(batch: Batch): Promise<BatchResult>;
  close(): Promise<void>;
}

/** Workers that look at batches of paths; each has one batch at a time, so that none waits while another idles. */
export function openHashPool(size: number): HashPool {
  if (size === 0) return { run: async (batch) => observeBatch(batch), close: async () => undefined };
  const waiting: { batch: Batch; done: (result: BatchResult) => void; failed: (error: Error) => void }[] = [];
  const idle: Worker[] = [];
  const running = new Map<Worker, (typeof waiting)[number]>();
  const workers: Worker[] = [];
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
  for (let n = 0; n < size; n++) {
    const worker = startWorker(import.meta.url, './hash-worker');
    worker.on('message', (result: BatchResult) => {
      running.get(worker)?.done(result);
      running.delete(worker);
      idle.push(worker);
      next();
    });
    worker.on('error', fail);
    workers.push(worker);
    idle.push(worker);
  }
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

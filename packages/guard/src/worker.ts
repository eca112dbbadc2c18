import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Starts a sibling module as a worker: the source when we run from source, the build when from the build. */
export function startWorker(base: string, name: string, options: WorkerOptions = {}): Worker {
  const source = base.endsWith('.ts');
  return new Worker(new URL(source ? `${name}.ts` : `${name}.js`, base), {
    // Not what the parent was started with: a test runner's own flags would be refused.
    execArgv: source ? ['--conditions=source'] : [],
    ...options,
  });
}

import { parentPort } from 'node:worker_threads';
import { type Batch, observeBatch } from './observe-batch.ts';

// The entry of a hashing thread: a batch in, its result out.
parentPort?.on('message', (batch: Batch) => {
  const result = observeBatch(batch);
  parentPort?.postMessage(result, [result.numbers.buffer, result.hashes.buffer]);
});

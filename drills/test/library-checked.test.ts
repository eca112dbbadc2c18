import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openWorker, type Worker } from '../../bench/lib/detect-work.ts';
import { library } from '../library/library.ts';

/** A few of the library under whole checks; `make bench-detect` runs them all. */
const SKIMMERS = ['image-base64', 'webcrypto-aes-rsa', 'stash-localstorage', 'service-worker'];
const BENIGN = ['captcha-blob', 'chat-heartbeat'];

// A whole check is seconds on a quiet machine; how long it takes is not what is tested here.
vi.setConfig({ testTimeout: 300_000 });

const all = await library();
const named = (id: string) => {
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no such behaviour: ${id}`);
  return found;
};
let worker: Worker;
beforeAll(async () => {
  worker = await openWorker(new AbortController().signal);
});
afterAll(() => worker.close());

test.each(SKIMMERS)('%s is called tampered', async (id) => {
  const { told, fired } = await worker.examine(named(id), 1);
  expect(fired, 'it did not strike during the check').toBe(true);
  expect(told.verdict, JSON.stringify(told.findings, null, 1)).toBe('tampered');
});

test.each(BENIGN)('%s is not called tampered', async (id) => {
  const { told } = await worker.examine(named(id), 1, { approve: false });
  expect(['clean', 'changed'], JSON.stringify(told.findings, null, 1)).toContain(told.verdict);
});

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { FromEvents, ToVerifier, VerifierSettings } from './messages.ts';
import { makeVerifier } from './verifier.ts';

// The entry of the verifying thread. It and the event thread talk directly: a busy main thread holds up neither.
const { events, settings, entries } = workerData as {
  events: MessagePort;
  settings: VerifierSettings;
  /** ENTRIES of the seal. */
  entries: Uint8Array;
};
const BEAT_MS = 1_000;

const verifier = makeVerifier(settings, entries, {
  toMain: (message, transfer) => parentPort?.postMessage(message, transfer),
  toEvents: (message) => events.postMessage(message, []),
});
events.on('message', (message: FromEvents) => verifier.onEvents(message));
parentPort?.on('message', (message: ToVerifier) => verifier.onMain(message));
setInterval(() => events.postMessage({ kind: 'ping' }, []), BEAT_MS);
await verifier.begin();

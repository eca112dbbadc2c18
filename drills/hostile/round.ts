import { createHash } from 'node:crypto';
import { bodiesOfRecording, judgeCheck } from '@komainu/detect';
import {
  type BlobRef,
  type Blobs,
  type FailureCode,
  newId,
  type PageId,
  type PaymentPage,
  type Recording,
  type ShopId,
  type VerdictKind,
} from '@komainu/model';
import { newCanary, PERSONAS, type ProbeBrowser, visit } from '@komainu/probe';

/** Milliseconds a visit may take, and how much later than that it may come back. */
const DEADLINE = 10_000;
const GRACE = 6_000;

export interface Fought {
  readonly recording: Recording;
  /** Codes of the failure and of every gap. */
  readonly said: ReadonlySet<FailureCode>;
  readonly verdict: VerdictKind;
  readonly took: number;
  readonly inTime: boolean;
}

/** One visit of an address in a browser that goes on living. */
export async function fight(browser: ProbeBrowser, url: string): Promise<Fought> {
  const [persona] = PERSONAS;
  if (!persona) throw new Error('no persona');
  const started = performance.now();
  const blobs = held();
  const { recording, ref } = await visit({
    browser,
    shop: 'hostile' as ShopId,
    page: pageOf(url),
    journey: null,
    persona,
    canary: newCanary(),
    check: newId('check'),
    purpose: 'check',
    blobs,
    signal: new AbortController().signal,
    deadline: DEADLINE,
    privateNetwork: true,
  });
  const took = performance.now() - started;
  const gaps = Object.values(recording.artifacts).flatMap((artifact) =>
    artifact === undefined ? [] : artifact.kind === 'observed' ? artifact.gaps : [artifact.failure],
  );
  const bodies = new Map(
    await Promise.all(
      bodiesOfRecording(recording).map(async (body) => [body, await blobs.get(body)] as const),
    ),
  );
  const judgement = judgeCheck({
    recordings: [{ ref, recording }],
    baseline: null,
    bodies: (body) => bodies.get(body),
  });
  const failures = [...gaps, ...(recording.failure ? [recording.failure] : [])];
  return {
    recording,
    said: new Set(failures.map(({ code }) => code)),
    verdict: judgement.verdict.kind,
    took,
    inTime: took <= DEADLINE + GRACE,
  };
}

const pageOf = (url: string): PaymentPage => ({
  id: 'payment' as PageId,
  url,
  journey: '',
  paymentCalls: [],
  neverCall: [],
  everySeconds: 300,
});

/** Bodies for as long as the visit is judged. */
function held(): Blobs {
  const store = new Map<BlobRef, Uint8Array>();
  return {
    put: (bytes) => {
      const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;
      store.set(ref, bytes);
      return Promise.resolve(ref);
    },
    get: (ref) => Promise.resolve(store.get(ref) ?? new Uint8Array()),
    has: (ref) => Promise.resolve(store.has(ref)),
  };
}

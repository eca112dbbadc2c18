import { createHash } from 'node:crypto';
import { bodiesOfRecording, draftBaseline, inDoubt, judgeCheck } from '@komainu/detect';
import {
  type Baseline,
  type BlobRef,
  type Blobs,
  type FailureCode,
  instant,
  type Judgement,
  newId,
  type PageId,
  type PaymentPage,
  type Persona,
  type Recording,
  type ShopId,
  type VerdictKind,
} from '@komainu/model';
import { check, newCanary, PERSONAS, type Probe, visit, type Visited } from '@komainu/probe';
import type { HostileCase } from './cases.ts';

/** Milliseconds a visit may take, and how much later than that it may come back. */
const DEADLINE = 10_000;
const GRACE = 6_000;

export interface Fought {
  /** Codes of the failure and of every gap. */
  readonly said: ReadonlySet<FailureCode>;
  readonly verdict: VerdictKind;
  readonly took: number;
  readonly inTime: boolean;
  /** It said something of what it must have met. */
  readonly told: boolean;
}

const [persona] = PERSONAS as readonly [Persona, ...Persona[]];

/** One visit of a hostile page in a browser that goes on living. */
export async function fight({ browser }: Probe, url: string, { says }: HostileCase): Promise<Fought> {
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
  const { verdict } = judgeCheck({
    recordings: [{ ref, recording }],
    baseline: null,
    bodies: await bodiesOf([recording], blobs),
  });
  const failures = [...gaps, ...(recording.failure ? [recording.failure] : [])];
  const said = new Set(failures.map(({ code }) => code));
  return {
    said,
    verdict: verdict.kind,
    took,
    inTime: took <= DEADLINE + GRACE,
    told: says.length === 0 || verdict.kind === 'not-fully-observed' || says.some((code) => said.has(code)),
  };
}

/** The page as it should be, and what is approved of it. */
export interface Ordinary {
  /** A whole check of it. */
  check(): Promise<Judgement>;
}

/** Approves what a whole check of the untouched page sees. */
export async function approve(probe: Probe, url: string): Promise<Ordinary> {
  const look = async (
    baseline: Baseline | null,
  ): Promise<{ readonly visits: readonly Visited[]; readonly bodies: Bodies }> => {
    const blobs = held();
    const visits = await check({
      probe,
      shop: 'hostile' as ShopId,
      page: pageOf(url),
      journey: null,
      persona,
      check: newId('check'),
      blobs,
      signal: new AbortController().signal,
      privateNetwork: true,
      inDoubt: async (recordings) =>
        inDoubt({ recordings, baseline, bodies: await bodiesOf(recordingsOf(recordings), blobs) }),
    });
    return { visits, bodies: await bodiesOf(recordingsOf(visits), blobs) };
  };
  const { visits, bodies } = await look(null);
  const [first, ...others] = visits;
  if (!first) throw new Error('no visit');
  const { baseline, warnings } = draftBaseline({
    ...first,
    others: recordingsOf(others),
    approvedBy: 'drill',
    approvedAt: instant(),
    bodies,
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ key }) => key).join('; '));
  return {
    check: async () => {
      const now = await look(baseline);
      return judgeCheck({
        recordings: now.visits,
        baseline: { ref: first.ref, baseline },
        bodies: now.bodies,
      });
    },
  };
}

type Bodies = (ref: BlobRef) => Uint8Array | undefined;
const recordingsOf = (visits: readonly Visited[]): readonly Recording[] =>
  visits.map(({ recording }) => recording);
async function bodiesOf(recordings: readonly Recording[], blobs: Blobs): Promise<Bodies> {
  const bodies = new Map<BlobRef, Uint8Array>();
  for (const ref of recordings.flatMap(bodiesOfRecording)) bodies.set(ref, await blobs.get(ref));
  return (ref) => bodies.get(ref);
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

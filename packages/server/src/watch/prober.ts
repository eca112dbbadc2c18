import type { BlobRef, Blobs, CheckId, Journey, PaymentPage, Recording, ShopId } from '@komainu/model';
import type { Probe } from '@komainu/probe';
import { reasonOf } from '../error.ts';
import type { Log } from '../log.ts';

export interface VisitOrder {
  readonly shop: ShopId;
  readonly page: PaymentPage;
  readonly journey: Journey | null;
  readonly check: CheckId;
  /** The shop's own: whether private addresses may be spoken to. */
  readonly privateNetwork: boolean;
  readonly signal: AbortSignal;
}
export interface CheckOrder extends VisitOrder {
  /** Whether the visits so far leave a question that another pair answers. */
  inDoubt(visits: readonly VisitMade[]): Promise<boolean>;
}
export interface VisitMade {
  readonly recording: Recording;
  readonly ref: BlobRef;
}

/** Makes visits. Throws only when there is no browser to make one with; what a page does is in the recordings. */
export interface Prober {
  /** All visits of a check, to be judged together. */
  check(order: CheckOrder): Promise<readonly VisitMade[]>;
  /** One visit that looks whether card payments are off. */
  prove(order: VisitOrder): Promise<VisitMade>;
  /** Opens the browser ahead of its first use. */
  warm(): void;
  close(): Promise<void>;
}

export interface ProberOptions {
  readonly blobs: Blobs;
  readonly log: Log;
  readonly executable?: string | undefined;
}

/** The driver of the browser is large; a server without payment pages never needs it. */
const load = () => import('@komainu/probe');

/** Visits with one warm probe. */
export function openProber({ blobs, log, executable }: ProberOptions): Prober {
  let probe: Promise<Probe> | null = null;
  let closed = false;

  const ready = (): Promise<Probe> => {
    if (closed) return Promise.reject(new Error('the prober is closed'));
    if (probe === null) {
      // A browser that dies later opens itself again; only one that never opened is asked for anew.
      const opening = load().then(({ openProbe }) =>
        openProbe(executable === undefined ? {} : { executable }),
      );
      probe = opening;
      opening.catch((error: unknown) => {
        probe = null;
        log.error({ reason: reasonOf(error) }, 'the browser could not be opened');
      });
    }
    return probe;
  };
  const persona = async () => {
    const [first] = (await load()).PERSONAS;
    if (first === undefined) throw new Error('the probe knows no persona');
    return first;
  };

  return {
    check: async (order) =>
      (await load()).check({ ...order, probe: await ready(), persona: await persona(), blobs }),
    async prove(order) {
      const { newCanary, visit } = await load();
      const { browser } = await ready();
      const canary = newCanary();
      return visit({ ...order, purpose: 'proof', browser, persona: await persona(), canary, blobs });
    },
    warm: () => void ready().catch(() => undefined),
    async close() {
      closed = true;
      await (await probe?.catch(() => null))?.close();
    },
  };
}

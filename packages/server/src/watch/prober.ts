import { randomBytes } from 'node:crypto';
import type { BlobRef, Blobs, CheckId, Journey, PaymentPage, Recording, Shop, ShopId } from '@komainu/model';
import type { Probe, Visited } from '@komainu/probe';
import { reasonOf } from '../error.ts';
import type { Log } from '../log.ts';

export interface VisitOrder {
  readonly shop: ShopId;
  readonly page: PaymentPage;
  readonly journey: Journey | null;
  readonly check: CheckId;
  /** The shop's own: whether private addresses may be spoken to. */
  readonly privateNetwork: boolean;
  /** The shop's own: the header by which it knows the visits. */
  readonly identify?: Shop['identify'];
  readonly signal: AbortSignal;
}
export interface CheckOrder extends VisitOrder {
  /** Whether the visits so far leave a question that another pair answers. */
  inDoubt(visits: readonly VisitMade[]): Promise<boolean>;
  /** Whether a visit is an alarm by itself: the others of the check are not waited for. */
  enough(visit: VisitMade): Promise<boolean>;
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

const keyOf = ({ shop, page }: VisitOrder): string => `${shop}/${page.id}`;

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
  /** Nobody who watches the checks can tell which visitor comes next. */
  const secret = randomBytes(32).toString('hex');
  const turns = new Map<string, number>();
  /** Ways that were found without a recording, to be walked again instead of looked for again. */
  const found = new Map<string, Journey>();
  const wayOf = (order: VisitOrder): Journey | null => order.journey ?? found.get(keyOf(order)) ?? null;
  const remember = (order: VisitOrder, visits: readonly Visited[]) => {
    if (order.journey !== null) return;
    const [first] = visits;
    // The page may have changed: the next check looks for the way anew.
    if (first === undefined || first.journey === null || first.recording.failure !== null)
      found.delete(keyOf(order));
    else found.set(keyOf(order), first.journey);
  };
  const nextPersona = async (order: VisitOrder) => {
    const key = keyOf(order);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return (await load()).personaFor(turn, secret, Date.now());
  };

  return {
    async check(order) {
      const { check } = await load();
      const [probe, persona] = [await ready(), await nextPersona(order)];
      const depth = order.page.depth ?? 'full';
      const visits = await check({ ...order, depth, journey: wayOf(order), probe, persona, blobs });
      remember(order, visits);
      return visits;
    },
    async prove(order) {
      const { newCanary, personaFor, visit } = await load();
      // A proof is read beside others of its kind: always the same visitor.
      const persona = personaFor(0, secret, Date.now());
      const { browser } = await ready();
      const canary = newCanary();
      const journey = wayOf(order);
      return visit({ ...order, journey, purpose: 'proof', browser, persona, canary, blobs });
    },
    warm: () => void ready().catch(() => undefined),
    async close() {
      closed = true;
      await (await probe?.catch(() => null))?.close();
    },
  };
}

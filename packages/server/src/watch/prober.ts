import type { BlobRef, Blobs, CheckId, Journey, PaymentPage, Recording, ShopId } from '@komainu/model';
import type { ProbeBrowser } from '@komainu/probe';
import { reasonOf } from '../error.ts';
import type { Log } from '../log.ts';

export interface VisitOrder {
  readonly shop: ShopId;
  readonly page: PaymentPage;
  readonly journey: Journey | null;
  readonly check: CheckId;
  readonly purpose: 'check' | 'proof';
  /** The shop's own: whether private addresses may be spoken to. */
  readonly privateNetwork: boolean;
  readonly signal: AbortSignal;
}

/** Makes visits. Throws only when there is no browser to make one with; what a page does is in the recording. */
export interface Prober {
  visit(order: VisitOrder): Promise<{ readonly recording: Recording; readonly ref: BlobRef }>;
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

/** Visits with one warm Chromium. */
export function openProber({ blobs, log, executable }: ProberOptions): Prober {
  let browser: Promise<ProbeBrowser> | null = null;
  let closed = false;

  const ready = (): Promise<ProbeBrowser> => {
    if (closed) return Promise.reject(new Error('the prober is closed'));
    if (browser === null) {
      // A browser that dies later opens itself again; only one that never opened is asked for anew.
      const opening = load().then(({ openBrowser }) =>
        openBrowser(executable === undefined ? {} : { executable }),
      );
      browser = opening;
      opening.catch((error: unknown) => {
        browser = null;
        log.error({ reason: reasonOf(error) }, 'the browser could not be opened');
      });
    }
    return browser;
  };

  const run = async ({ shop, page, journey, check, purpose, privateNetwork, signal }: VisitOrder) => {
    const { newCanary, PERSONAS, visit } = await load();
    const [persona] = PERSONAS;
    if (persona === undefined) throw new Error('the probe knows no persona');
    const canary = newCanary();
    return visit({
      browser: await ready(),
      shop,
      page,
      journey,
      persona,
      canary,
      check,
      purpose,
      privateNetwork,
      blobs,
      signal,
    });
  };

  return {
    visit: run,
    warm: () => void ready().catch(() => undefined),
    async close() {
      closed = true;
      await (await browser?.catch(() => null))?.close();
    },
  };
}

import type { ShopPort } from '@komainu/model';
import { checkGate, type HaltProof, runHalt } from '@komainu/respond';
import { reasonOf } from '../error.ts';
import type { Log } from '../log.ts';
import type { Desk } from './desk.ts';

/** Keeps one shop's gate as the ledger says: carries out the halt in force, and holds it once it is proved. */
export interface GateKeeper {
  /** Looks whether a halt is in force and unproved, and carries it out. Cheap; called after every entry. */
  wake(): void;
  /** Asks the platform whether a halted gate is still halted; if not, the halt is ordered again. */
  hold(): Promise<void>;
  stop(): Promise<void>;
}

export interface GateKeeperOptions {
  readonly desk: Desk;
  /** The same object for every actor of this shop. */
  readonly port: ShopPort;
  readonly prove: (signal: AbortSignal) => Promise<HaltProof>;
  readonly log: Log;
}

/** After an error nobody foresaw, in milliseconds: a halt in force is never given up. */
const AGAIN = 1_000;

export function keepGate({ desk, port, prove, log }: GateKeeperOptions): GateKeeper {
  const { shop, state } = desk;
  const stopping = new AbortController();
  const { signal } = stopping;
  const record: Parameters<typeof runHalt>[0]['record'] = async (draft) => void (await desk.record(draft));
  let running: Promise<void> | null = null;
  let holding: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  const halt = async (): Promise<number> => {
    try {
      const end = await runHalt({ shop, state, port, prove, record, signal });
      log.info({ shop: shop.id, end: end.kind }, 'a halt was carried out');
      return 0;
    } catch (error) {
      log.error({ shop: shop.id, reason: reasonOf(error) }, 'a halt broke off; it is taken up again');
      return AGAIN;
    }
  };
  const run = async () => {
    const rest = await halt();
    running = null;
    // Ordered again while it ended, or broken off: the state tells.
    if (!signal.aborted) timer = setTimeout(wake, rest);
  };
  const wake = () => {
    if (running !== null || signal.aborted || state().gate.state !== 'halting') return;
    running = run();
  };
  const look = async () => {
    try {
      const reading = await checkGate({ shop, state, port, record, signal });
      if (reading.kind === 'drifted') log.warn({ shop: shop.id }, 'the platform came on again; halted anew');
      if (reading.kind === 'unknown')
        log.warn({ shop: shop.id, failure: reading.failure.code }, 'the gate cannot be read');
    } catch (error) {
      log.error({ shop: shop.id, reason: reasonOf(error) }, 'the gate could not be held');
    }
  };

  return {
    wake,
    async hold() {
      if (signal.aborted || state().gate.state !== 'halted') return;
      holding ??= look().finally(() => {
        holding = null;
      });
      await holding;
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await Promise.all([running, holding]);
    },
  };
}

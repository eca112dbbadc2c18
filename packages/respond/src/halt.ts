import {
  type ActResult,
  type BlobRef,
  type CardMethod,
  type Failure,
  type IncidentId,
  instant,
  type Shop,
  type ShopPort,
  type Text,
} from '@komainu/model';
import { attempt, backoff, exclusive, misread, type Wait, wait } from './actor.ts';
import { type EntryDraft, RESPONDER, stamp } from './draft.ts';
import { applyEntry } from './fold.ts';
import { type Act, currentIncident, nextAct, type ShopState } from './state.ts';
import { tally } from './tally.ts';

/** What a visit found: `proved` only when the payment page was reached and no card could be entered. */
export interface HaltProof {
  readonly proved: boolean;
  readonly reason: Text;
  /** The visit's recording. */
  readonly proof: BlobRef;
  readonly failure?: Failure | undefined;
}

export interface HaltOptions {
  readonly shop: Shop;
  /** The shop's state with everything recorded so far. */
  readonly state: () => ShopState;
  /** The same object for every actor of this shop. */
  readonly port: ShopPort;
  readonly prove: (signal: AbortSignal) => Promise<HaltProof>;
  /** Resolves when the entry is durable and in {@link HaltOptions.state}. */
  readonly record: (draft: EntryDraft) => Promise<void>;
  /** A person's abort, or the server's stop. The halt stays ordered: the next run goes on with it. */
  readonly signal: AbortSignal;
  readonly wait?: Wait;
  /** Deadlines of one try in milliseconds. */
  readonly deadlines?: { readonly act: number; readonly prove: number };
}

export type HaltEnd =
  | { readonly kind: 'proved' }
  | { readonly kind: 'aborted' }
  /** No halt is in force (any more): a person resumed. */
  | { readonly kind: 'not-halting' };

/**
 * Carries out the halt in force, from whatever act was reached: switch off, void in flight, prove. Tries until proved
 * or aborted. The acts go on while the ledger refuses (a full disk); their entries follow when it takes them again.
 */
export async function runHalt(options: HaltOptions): Promise<HaltEnd> {
  const run = new HaltRun(options);
  const rest = options.wait ?? wait;
  for (;;) {
    if (options.signal.aborted) return { kind: 'aborted' };
    const pause = await exclusive(options.port, () => run.step());
    if (typeof pause !== 'number') return pause;
    if (pause > 0) await rest(pause, options.signal);
  }
}

class HaltRun {
  private readonly options: HaltOptions;
  private readonly tally = tally();
  private readonly tries = new Map<Act | 'record', number>();
  private unrecorded: EntryDraft[] = [];
  private order: ShopState['order'] = null;

  constructor(options: HaltOptions) {
    this.options = options;
  }

  /** One act. Gives the milliseconds to wait before the next, or the end. */
  async step(): Promise<number | HaltEnd> {
    const view = this.view();
    const act = nextAct(view);
    const incident = currentIncident(view);
    if (act === null || incident === null) {
      if (this.unrecorded.length === 0)
        return { kind: view.gate.state === 'halted' ? 'proved' : 'not-halting' };
      return (await this.flush()) ? 0 : this.pause('record');
    }
    const failed = await this.perform(act, incident.id, view);
    // Switching off comes before book-keeping: a ledger that refuses stops no act but the last.
    const recorded = await this.flush();
    if (failed !== null) return this.pause(failed);
    return recorded || act !== 'prove' ? 0 : this.pause('record');
  }

  /** The state as it will be once everything done is recorded. */
  private view(): ShopState {
    const state = this.options.state();
    if (state.order?.index !== this.order?.index) {
      // Another order is in force: what was done for the former one proves nothing now.
      this.order = state.order;
      this.unrecorded = [];
      this.tally.restart(state.attempts);
    }
    return this.unrecorded.reduce(
      (view, draft) => applyEntry(view, { index: view.applied + 1, entry: stamp(draft, instant()) }),
      state,
    );
  }

  /** Does the act; gives the act that failed, or null. */
  private async perform(act: Act, incident: IncidentId, view: ShopState): Promise<Act | null> {
    const { port } = this.options;
    const head = { shop: view.shop, actor: RESPONDER };
    if (act === 'switch-off') {
      const off = await this.off((signal) => port.switchOff(signal));
      if (off.kind === 'failed') return this.fail('switch-off', incident, off.failure);
      this.done(act, incident, {
        ...head,
        kind: 'halt.switched-off',
        data: { incident, methods: off.value },
      });
      return null;
    }
    if (act === 'void') {
      const voided = await attempt(
        (signal) => port.voidInFlight(signal),
        this.options.signal,
        this.limits.act,
      );
      if (voided.kind === 'failed') return this.fail('void', incident, voided.failure);
      this.done(act, incident, { ...head, kind: 'halt.voided', data: { incident, ...voided.value } });
      return null;
    }
    return this.prove(incident, view);
  }

  /** A proof counts only while the platform states the methods as off before and after the visit. */
  private async prove(incident: IncidentId, view: ShopState): Promise<Act | null> {
    const { port, prove, signal } = this.options;
    const before = await this.off((limit) => port.cardMethods(limit));
    if (before.kind === 'failed') return this.fail('switch-off', incident, before.failure);
    const visit = await attempt<HaltProof>(
      async (limit) => ({ kind: 'done', value: await prove(limit) }),
      signal,
      this.limits.prove,
    );
    if (visit.kind === 'failed') return this.fail('prove', incident, visit.failure);
    const { proved, reason, proof, failure } = visit.value;
    if (!proved) return this.fail('prove', incident, failure ?? { code: 'step-failed', message: reason });
    const after = await this.off((limit) => port.cardMethods(limit));
    if (after.kind === 'failed') return this.fail('switch-off', incident, after.failure);
    const head = { shop: view.shop, actor: RESPONDER };
    this.done('prove', incident, { ...head, kind: 'halt.proved', data: { incident, proof } });
    return null;
  }

  private async off(
    ask: (signal: AbortSignal) => Promise<ActResult<readonly CardMethod[]>>,
  ): Promise<ActResult<readonly CardMethod[]>> {
    const result = await attempt(ask, this.options.signal, this.limits.act);
    if (result.kind === 'failed') return result;
    const failure = misread(result.value, false);
    return failure === null ? result : { kind: 'failed', failure };
  }

  private done(act: Act, incident: IncidentId, draft: EntryDraft): void {
    const owed = this.tally.settle(act);
    if (owed !== null) this.unrecorded.push(this.failure(act, incident, owed.attempt, owed.failure));
    this.unrecorded.push(draft);
  }

  private fail(act: Act, incident: IncidentId, failure: Failure): Act | null {
    // The stop of the server is no failure of the shop's.
    if (this.options.signal.aborted) return act;
    const due = this.tally.failed(act, failure, act === 'switch-off' && this.isOff());
    if (due !== null) this.unrecorded.push(this.failure(act, incident, due.attempt, due.failure));
    return act;
  }

  /** Were the methods off so far as is known? Then a failed switch-off is news each time, however often it was seen. */
  private isOff(): boolean {
    return currentIncident(this.view())?.halt?.switchedOffAt !== null;
  }

  private failure(act: Act, incident: IncidentId, n: number, failure: Failure): EntryDraft {
    const { id: shop } = this.options.shop;
    return { kind: 'halt.failed', shop, actor: RESPONDER, data: { incident, act, attempt: n, failure } };
  }

  private async flush(): Promise<boolean> {
    while (this.unrecorded.length > 0) {
      const [draft] = this.unrecorded;
      if (draft === undefined || this.options.state().order?.index !== this.order?.index) return true;
      try {
        await this.options.record(draft);
      } catch {
        return false;
      }
      this.unrecorded.shift();
    }
    this.tries.delete('record');
    return true;
  }

  /** Never shortened within a run: a platform that flaps is switched off again and again, but not in a tight loop. */
  private pause(act: Act | 'record'): number {
    const tries = (this.tries.get(act) ?? 0) + 1;
    this.tries.set(act, tries);
    return backoff(tries);
  }

  private get limits() {
    return this.options.deadlines ?? { act: 60_000, prove: 120_000 };
  }
}

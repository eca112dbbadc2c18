import type { CardMethod, Failure, Shop, ShopPort } from '@komainu/model';
import { text } from '@komainu/model';
import { attempt, exclusive } from './actor.ts';
import { type EntryDraft, POLICY } from './draft.ts';
import { currentIncident, type ShopState } from './state.ts';

export type GateReading =
  /** The gate is not halted: there is nothing to hold. */
  | { readonly kind: 'not-halted' }
  | { readonly kind: 'as-halted' }
  /** The platform came on again by itself; a halt was ordered anew and has to be run. */
  | { readonly kind: 'drifted'; readonly methods: readonly CardMethod[] }
  | { readonly kind: 'unknown'; readonly failure: Failure };

export interface GateOptions {
  readonly shop: Shop;
  readonly state: () => ShopState;
  readonly port: ShopPort;
  readonly record: (draft: EntryDraft) => Promise<void>;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly deadline?: number;
}

/** Is the platform still as it was proved? Call it at every start and every minute or so while the gate is halted. */
export function checkGate(options: GateOptions): Promise<GateReading> {
  return exclusive(options.port, () => read(options));
}

async function read(options: GateOptions): Promise<GateReading> {
  if (options.state().gate.state !== 'halted') return { kind: 'not-halted' };
  const { port, signal } = options;
  const methods = await attempt((limit) => port.cardMethods(limit), signal, options.deadline ?? 60_000);
  if (methods.kind === 'failed') return { kind: 'unknown', failure: methods.failure };
  const drafts = decideDrift(options.state(), methods.value);
  if (drafts.length === 0) return { kind: 'as-halted' };
  for (const draft of drafts) await options.record(draft);
  return { kind: 'drifted', methods: methods.value.filter(({ enabled }) => enabled) };
}

/** Cards on while the gate is halted, and nobody resumed: the halt is ordered again. Pure. */
export function decideDrift(state: ShopState, methods: readonly CardMethod[]): readonly EntryDraft[] {
  const incident = currentIncident(state);
  const on = methods.filter(({ enabled }) => enabled).map(({ code }) => code);
  if (state.gate.state !== 'halted' || incident === null || on.length === 0) return [];
  const codes = on.join(', ').slice(0, 200).toWellFormed();
  return [
    {
      kind: 'halt.ordered',
      shop: state.shop,
      actor: POLICY,
      data: {
        incident: incident.id,
        reason: text(
          `The platform switched card payments on during the halt, without a resumption: ${codes}`,
          `停止中に、再開の手続きなしでカード決済が有効になりました(${codes})`,
        ),
      },
    },
  ];
}

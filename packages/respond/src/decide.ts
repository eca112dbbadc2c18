import { createHash } from 'node:crypto';
import {
  canonicalJson,
  type Cause,
  type Failure,
  type IncidentId,
  type Instant,
  type Shop,
  text,
} from '@komainu/model';
import { type EntryDraft, POLICY, RESPONDER } from './draft.ts';
import { applyEntry } from './fold.ts';
import { type Alarm, currentIncident, type HaltOwed, type Recorded, type ShopState } from './state.ts';

/**
 * What follows from an entry: at most one draft, because the next follows from that one in turn. `state` may be the
 * one before the entry or the one with it. Deterministic: ids come from what caused them.
 */
export const decide = (state: ShopState, recorded: Recorded, shop: Shop): readonly EntryDraft[] =>
  pending(applyEntry(state, recorded), shop);

/**
 * What is owed and not recorded, whatever crash lies between: at most one draft. Record it, fold it, ask again until
 * nothing is owed.
 */
export function pending(state: ShopState, shop: Shop): readonly EntryDraft[] {
  const alarm = state.alarms[0];
  if (alarm !== undefined) return [answer(state, alarm)];
  const owed = state.haltsOwed.find(({ ground }) => halts(shop, ground));
  return owed === undefined ? [] : [order(state, owed)];
}

const halts = (shop: Shop, ground: HaltOwed['ground']) => ground === 'person' || shop.halt[ground] === 'halt';

/**
 * {@link pending} for a server that has just started: a resumption that was under way when it ended has failed, since
 * nobody knows whether cards are on. The gate then halts again.
 */
export function recover(state: ShopState, shop: Shop): readonly EntryDraft[] {
  const incident = currentIncident(state);
  if (state.gate.state !== 'resuming' || incident === null) return pending(state, shop);
  return [
    {
      kind: 'resume.failed',
      shop: state.shop,
      actor: RESPONDER,
      data: { incident: incident.id, failure: INTERRUPTED },
    },
  ];
}

const INTERRUPTED: Failure = {
  code: 'crashed',
  message: text(
    'Komainu stopped while card payments were being switched on. They are being switched off again; check and resume once more.',
    'カード決済を再開している途中で Komainu が停止しました。カード決済をもう一度停止します。確認のうえ、あらためて再開してください。',
  ),
};

function answer(state: ShopState, alarm: Alarm): EntryDraft {
  const incident = currentIncident(state);
  const head = { shop: state.shop, actor: POLICY };
  const { cause, title } = alarm;
  if (incident !== null)
    return { ...head, kind: 'incident.joined', data: { incident: incident.id, cause, title } };
  const id = incidentId(state, alarm.at, alarm.index, cause);
  return { ...head, kind: 'incident.opened', data: { incident: id, cause, title } };
}

const order = (state: ShopState, { incident, reason, actor }: HaltOwed): EntryDraft => ({
  kind: 'halt.ordered',
  shop: state.shop,
  actor,
  data: { incident, reason },
});

/** The same cause at the same place of the ledger makes the same incident, so that a crash cannot make two. */
function incidentId(state: ShopState, at: Instant, index: number, cause: Cause): IncidentId {
  const time = (Date.parse(at) || 0).toString(36).padStart(9, '0');
  const hash = createHash('sha256')
    .update(canonicalJson([state.shop, index, cause]))
    .digest('hex');
  return `incident_${time}${hash.slice(0, 16)}` as IncidentId;
}

export interface HaltRequest {
  readonly person: string;
  readonly reason: string;
}

/**
 * A person's order to halt: the incident it belongs to and the draft to record first ({@link decide} gives the order
 * itself). No draft when a halt is in force already.
 */
export function orderHalt(
  state: ShopState,
  request: HaltRequest,
  at: Instant,
): { readonly incident: IncidentId; readonly drafts: readonly EntryDraft[] } {
  const person = request.person.toWellFormed().trim();
  const reason = request.reason.toWellFormed().trim();
  const cause: Cause = { kind: 'person', reason };
  const title = text(
    `${person} halted card payments: ${reason}`,
    `${person} さんによるカード決済の停止:${reason}`,
  );
  const head = { shop: state.shop, actor: { kind: 'person', name: person } } as const;
  const incident = currentIncident(state);
  if (incident === null) {
    const id = incidentId(state, at, state.applied + 1, cause);
    return {
      incident: id,
      drafts: [{ ...head, kind: 'incident.opened', data: { incident: id, cause, title } }],
    };
  }
  const inForce = state.gate.state === 'halting' || state.gate.state === 'halted';
  return {
    incident: incident.id,
    drafts: inForce
      ? []
      : [{ ...head, kind: 'incident.joined', data: { incident: incident.id, cause, title } }],
  };
}

import type { Cause, EntryOf, Halt, Incident, IncidentId, LedgerEntry, Text } from '@komainu/model';
import { POLICY } from './draft.ts';
import {
  type Alarm,
  currentIncident,
  type Ground,
  type HaltOwed,
  NO_ATTEMPTS,
  type ShopState,
} from './state.ts';
import { timelineItem, withItems } from './timeline.ts';

const change = (state: ShopState, id: IncidentId, with_: (incident: Incident) => Incident): ShopState => ({
  ...state,
  incidents: state.incidents.map((incident) => (incident.id === id ? with_(incident) : incident)),
});

/** The unresumed incident changed, if there is one. */
export function onCurrent(state: ShopState, with_: (incident: Incident) => Incident): ShopState {
  const incident = currentIncident(state);
  return incident === null ? state : change(state, incident.id, with_);
}

const note = (state: ShopState, id: IncidentId, index: number, entry: LedgerEntry): ShopState =>
  change(state, id, (incident) => withItems(incident, [timelineItem(index, entry)]));

const GROUNDS = {
  judgement: 'onTampered',
  processor: 'onProcessorNotice',
  person: 'person',
} as const satisfies Record<Cause['kind'], Ground>;

/** A halt is owed when cards may be used, or are about to be: while the gate is halting or halted it is in force. */
export function owing(
  state: ShopState,
  incident: IncidentId,
  cause: Alarm['cause'] | Cause,
  reason: Text,
  actor = POLICY,
): ShopState {
  if (state.gate.state !== 'open' && state.gate.state !== 'resuming') return state;
  const owed: HaltOwed = { incident, ground: GROUNDS[cause.kind], actor, reason };
  // One per ground is enough, and an alarm that only alerts may come every five minutes.
  if (state.haltsOwed.some(({ ground }) => ground === owed.ground)) return state;
  return { ...state, haltsOwed: [...state.haltsOwed, owed] };
}

type Answered = EntryOf<'incident.opened' | 'incident.joined'>;

export function foldIncident(before: ShopState, index: number, entry: Answered): ShopState {
  const { incident: id, cause, title } = entry.data;
  const state = discharge(before, entry);
  const items = [...contextOf(before, cause), timelineItem(index, entry)];
  const exists = state.incidents.some((incident) => incident.id === id);
  const next = exists
    ? change(state, id, (incident) => withItems({ ...incident, causes: [...incident.causes, cause] }, items))
    : { ...state, incidents: [...state.incidents, withItems(opened(state, entry), items)] };
  return owing(next, id, cause, title, cause.kind === 'person' ? entry.actor : POLICY);
}

const opened = (state: ShopState, entry: Answered): Incident => ({
  id: entry.data.incident,
  shop: state.shop,
  openedAt: entry.at,
  title: entry.data.title,
  causes: [entry.data.cause],
  state: 'open',
  halt: null,
  timeline: [],
});

/** The alarm this entry answers is no longer owed, nor is any that tells only what is known now. */
function discharge(state: ShopState, entry: Answered): ShopState {
  const { cause } = entry.data;
  const answered = state.alarms.filter((alarm) => sameCause(alarm.cause, cause));
  const former = entry.kind === 'incident.opened' ? [] : state.knownKeys;
  const known = new Set([...former, ...answered.flatMap(({ keys }) => keys)]);
  return {
    ...state,
    knownKeys: [...known],
    alarms: state.alarms.filter(
      (alarm) => !answered.includes(alarm) && alarm.keys.some((key) => !known.has(key)),
    ),
  };
}

function sameCause(alarm: Alarm['cause'], cause: Cause): boolean {
  if (alarm.kind === 'judgement') return cause.kind === 'judgement' && cause.judgement === alarm.judgement;
  return cause.kind === 'processor' && cause.notice === alarm.notice;
}

/** What was recorded before the incident and led to it: the report, the judgement, the notice. */
function contextOf(state: ShopState, cause: Cause) {
  const refs: string[] = [];
  if (cause.kind === 'judgement') {
    refs.push(cause.judgement);
    if (cause.source.kind === 'files') refs.push(cause.source.report);
  } else if (cause.kind === 'processor') refs.push(cause.notice);
  return state.recent
    .filter((context) => context.refs.some((ref) => refs.includes(ref)))
    .map(({ item }) => item);
}

type HaltEntry = Extract<LedgerEntry, { kind: `halt.${string}` }>;

export function foldHalt(state: ShopState, index: number, entry: HaltEntry): ShopState {
  if (entry.kind === 'halt.ordered') return ordered(state, index, entry);
  const incident = state.incidents.find(({ id }) => id === entry.data.incident);
  if (incident === undefined) return state;
  const next = note(state, incident.id, index, entry);
  // Only the halt in force can advance: an act of a former order, recorded late, proves nothing about this one.
  const inForce = currentIncident(state)?.id === incident.id && state.gate.state === 'halting';
  if (!inForce || incident.halt === null) return next;
  const { halt } = incident;
  switch (entry.kind) {
    case 'halt.switched-off':
      return withHalt(next, incident.id, { switchedOffAt: entry.at, voidedAt: null });
    case 'halt.voided':
      return halt.switchedOffAt === null ? next : withHalt(next, incident.id, { voidedAt: entry.at });
    case 'halt.proved': {
      if (halt.switchedOffAt === null || halt.voidedAt === null) return next;
      const proved = withHalt(next, incident.id, { provedAt: entry.at, proof: entry.data.proof });
      return {
        ...change(proved, incident.id, (item) => ({ ...item, state: 'contained' })),
        gate: { state: 'halted', since: entry.at },
      };
    }
    case 'halt.failed': {
      const { act, attempt, failure } = entry.data;
      const attempts = { ...state.attempts, [act]: Math.max(state.attempts[act], attempt) };
      const failures = attempts['switch-off'] + attempts.void + attempts.prove;
      // A switch-off that fails after it was done means that the platform came on again.
      const undone = act === 'switch-off' ? { switchedOffAt: null, voidedAt: null } : {};
      return { ...withHalt(next, incident.id, { failures, lastFailure: failure, ...undone }), attempts };
    }
  }
}

const withHalt = (state: ShopState, id: IncidentId, halt: Partial<Halt>): ShopState =>
  change(state, id, (incident) =>
    incident.halt === null ? incident : { ...incident, halt: { ...incident.halt, ...halt } },
  );

function ordered(before: ShopState, index: number, entry: EntryOf<'halt.ordered'>): ShopState {
  const { incident: id, reason } = entry.data;
  // An order whose incident is not known is obeyed all the same: the gate fails closed.
  const state = before.incidents.some((incident) => incident.id === id)
    ? before
    : { ...before, incidents: [...before.incidents, unannounced(before, entry)] };
  const halt: Halt = {
    orderedAt: entry.at,
    orderedBy: entry.actor.name,
    reason,
    switchedOffAt: null,
    voidedAt: null,
    provedAt: null,
    proof: null,
    failures: 0,
    lastFailure: null,
  };
  const next = change(state, id, (incident) => ({ ...incident, state: 'open', halt }));
  return {
    ...note(next, id, index, entry),
    gate: { state: 'halting', since: entry.at },
    order: { index, incident: id },
    attempts: NO_ATTEMPTS,
    haltsOwed: [],
  };
}

const unannounced = (state: ShopState, entry: EntryOf<'halt.ordered'>): Incident => ({
  id: entry.data.incident,
  shop: state.shop,
  openedAt: entry.at,
  title: entry.data.reason,
  causes: [],
  state: 'open',
  halt: null,
  timeline: [],
});

type ResumeEntry = Extract<LedgerEntry, { kind: `resume.${string}` }>;

export function foldResume(state: ShopState, index: number, entry: ResumeEntry): ShopState {
  const incident = state.incidents.find(({ id }) => id === entry.data.incident);
  if (incident === undefined) return state;
  const next = note(state, incident.id, index, entry);
  if (entry.kind === 'resume.failed') return undone(next, index, entry);
  if (entry.kind === 'resume.refused' || currentIncident(state)?.id !== incident.id) return next;
  // Nobody but a person opens the gate, whatever was recorded.
  if (entry.actor.kind !== 'person') return next;
  // An incident that only alerted never closed the gate; a person may still close the incident.
  const closed = state.gate.state !== 'open';
  if (entry.kind === 'resume.ordered')
    return closed ? { ...next, gate: { state: 'resuming', since: entry.at } } : next;
  if (closed && state.gate.state !== 'resuming') return next;
  return {
    ...change(next, incident.id, (item) => ({ ...item, state: 'resumed' })),
    gate: closed ? { state: 'open', since: entry.at } : next.gate,
    knownKeys: [],
    haltsOwed: [],
    order: null,
    attempts: NO_ATTEMPTS,
  };
}

/**
 * Cards may be on or off now: the halt has to be carried out and proved again. That holds after `resume.done` too,
 * when its writer was told of an error but the entry had reached the disk.
 */
function undone(state: ShopState, index: number, entry: EntryOf<'resume.failed'>): ShopState {
  const { incident: id } = entry.data;
  if (state.incidents.find((incident) => incident.id === id)?.halt === null) return state;
  const reset = { switchedOffAt: null, voidedAt: null, provedAt: null, proof: null };
  return {
    ...change(withHalt(state, id, reset), id, (item) => ({ ...item, state: 'open' })),
    gate: { state: 'halting', since: entry.at },
    order: { index, incident: id },
    attempts: NO_ATTEMPTS,
  };
}

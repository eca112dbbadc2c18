import {
  type Actor,
  type BlobRef,
  type CardMethod,
  type CheckId,
  type Failure,
  type IncidentId,
  type Shop,
  type ShopPort,
  type Text,
  text,
  type VerdictKind,
} from '@komainu/model';
import { attempt, backoff, exclusive, misread, recordable, type Wait, wait } from './actor.ts';
import { type EntryDraft, RESPONDER } from './draft.ts';
import { type Accepted, refusal, UNCLEAN, UNFIT } from './refusals.ts';
import { currentIncident, type ShopState } from './state.ts';

/** The check a resumption rests on; made when asked for, so always after the halt. */
export interface ResumeCheck {
  readonly check: CheckId;
  readonly verdict: VerdictKind;
  readonly judgement: BlobRef;
}

export interface ResumeRequest {
  readonly person: string;
  readonly reason: string;
  /** What the person takes upon herself, by name; written into the ledger with the reason. */
  readonly accept?: readonly Accepted[];
}

export interface ResumeOptions {
  readonly shop: Shop;
  readonly state: () => ShopState;
  readonly port: ShopPort;
  /** Checks the payment pages now; the worst verdict counts. Its own `judged` entries are recorded when it resolves. */
  readonly check: (signal: AbortSignal) => Promise<ResumeCheck>;
  /**
   * Checks them once more with cards switched on, before the gate counts as open: while they are off there is no card
   * field to type into, so the first check cannot see where a card would go.
   */
  readonly confirm: (signal: AbortSignal) => Promise<ResumeCheck>;
  readonly record: (draft: EntryDraft) => Promise<void>;
  readonly request: ResumeRequest;
  readonly signal: AbortSignal;
  readonly wait?: Wait;
  /** Tries before the resumption is given up and the gate halts again. */
  readonly tries?: number;
  /** Deadline of one act in milliseconds. */
  readonly deadline?: number;
}

export type ResumeEnd =
  | { readonly kind: 'resumed'; readonly methods: readonly CardMethod[] }
  | { readonly kind: 'refused'; readonly reason: Text }
  /** The gate is halting again: run the halt. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Card payments on again: a named person with a reason, a proved halt, a clean check made now. Fails closed: whatever
 * goes wrong after the order leaves the gate halting, to be switched off and proved again.
 */
export async function runResume(options: ResumeOptions): Promise<ResumeEnd> {
  const person = options.request.person.toWellFormed().trim();
  const reason = options.request.reason.toWellFormed().trim();
  const incident = currentIncident(options.state());
  const unfit = refusal(options.state(), options.shop, { ...options.request, person, reason });
  if (unfit !== null || incident === null) return refuse(options, unfit ?? UNFIT.noIncident);
  const { order } = options.state();
  const check = await checked(options);
  if (check.kind === 'failed') return refuse(options, check.failure.message);
  if (check.value.verdict !== 'clean') return refuse(options, UNCLEAN[check.value.verdict]);
  // The check took seconds in which the world went on: a new alarm, another person's resumption.
  const still = refusal(options.state(), options.shop, { ...options.request, person, reason });
  if (still !== null) return refuse(options, still);
  const now = currentIncident(options.state());
  if (
    options.state().order?.index !== order?.index ||
    now?.id !== incident.id ||
    now.causes.length !== incident.causes.length
  )
    return refuse(options, UNFIT.changed);
  const accepted = options.request.accept ?? [];
  const actor: Actor = { kind: 'person', name: person };
  const stated = accepted.length === 0 ? reason : `${reason} [accepted: ${accepted.join(', ')}]`;
  return exclusive(options.port, async () => {
    if (options.state().order?.index !== order?.index) return refuse(options, UNFIT.changed);
    const head = { shop: options.shop.id, actor };
    const data = { incident: incident.id, reason: stated, check: check.value.check };
    await options.record({ ...head, kind: 'resume.ordered', data });
    return open(options, incident.id, actor, incident.halt !== null);
  });
}

async function checked(options: ResumeOptions) {
  return attempt<ResumeCheck>(
    async (signal) => ({ kind: 'done', value: await options.check(signal) }),
    options.signal,
    300_000,
  );
}

async function refuse(options: ResumeOptions, reason: Text): Promise<ResumeEnd> {
  const incident = currentIncident(options.state());
  if (incident !== null) {
    const name = options.request.person.toWellFormed().trim();
    const actor: Actor = name === '' ? RESPONDER : { kind: 'person', name: name.slice(0, 200) };
    const data = { incident: incident.id, reason };
    await options.record({ kind: 'resume.refused', shop: options.shop.id, actor, data });
  }
  return { kind: 'refused', reason };
}

async function open(
  options: ResumeOptions,
  incident: IncidentId,
  actor: Actor,
  closed: boolean,
): Promise<ResumeEnd> {
  const tries = options.tries ?? 5;
  let failure: Failure = OVERTAKEN;
  for (let n = 1; n <= tries; n++) {
    // A halt ordered meanwhile wins; whatever was switched on is its to switch off.
    if (closed && options.state().gate.state !== 'resuming') return { kind: 'failed', failure: OVERTAKEN };
    // Nobody would watch over cards that were left on by a server that stopped half-way.
    if (options.signal.aborted) return giveUp(options, incident, OVERTAKEN);
    const result = await switchOn(options, closed);
    if (result.kind === 'done') {
      const doubt = closed ? await unconfirmed(options) : null;
      if (doubt === OVERTAKEN) return { kind: 'failed', failure: OVERTAKEN };
      if (doubt !== null) return giveUp(options, incident, doubt);
      return finish(options, incident, actor, result.value, closed);
    }
    failure = recordable(result.failure);
    if (n < tries) await (options.wait ?? wait)(backoff(n), options.signal);
  }
  return giveUp(options, incident, failure);
}

async function switchOn(options: ResumeOptions, closed: boolean) {
  const { port, signal } = options;
  const deadline = options.deadline ?? 60_000;
  // An incident that never halted anything is closed without touching the platform.
  if (closed) {
    const resumed = await attempt((limit) => port.resume(limit), signal, deadline);
    if (resumed.kind === 'failed') return resumed;
  }
  const read = await attempt((limit) => port.cardMethods(limit), signal, deadline);
  if (read.kind === 'failed' || !closed) return read;
  const failure = misread(read.value, true);
  return failure === null ? read : ({ kind: 'failed', failure } as const);
}

/** Why the gate must close again after all; null when the page with its card fields is clean. */
async function unconfirmed(options: ResumeOptions): Promise<Failure | null> {
  const overtaken = new AbortController();
  // A halt ordered during the check waits for the platform, which is ours until we let go: let go at once.
  const look = setInterval(() => {
    if (options.state().gate.state !== 'resuming') overtaken.abort();
  }, LOOK_MS);
  try {
    const check = await attempt<ResumeCheck>(
      async (signal) => ({ kind: 'done', value: await options.confirm(signal) }),
      AbortSignal.any([options.signal, overtaken.signal]),
      300_000,
    );
    if (overtaken.signal.aborted) return OVERTAKEN;
    if (check.kind === 'failed') return recordable(check.failure);
    const { verdict } = check.value;
    return verdict === 'clean' ? null : { code: 'step-failed', message: UNCLEAN[verdict] };
  } finally {
    clearInterval(look);
  }
}

const LOOK_MS = 50;

async function finish(
  options: ResumeOptions,
  incident: IncidentId,
  actor: Actor,
  methods: readonly CardMethod[],
  closed: boolean,
): Promise<ResumeEnd> {
  if (closed && options.state().gate.state !== 'resuming') return { kind: 'failed', failure: OVERTAKEN };
  try {
    await options.record({
      kind: 'resume.done',
      shop: options.shop.id,
      actor,
      data: { incident, methods },
    });
  } catch (error) {
    // What cannot be recorded must not stand: cards would be on with nobody's name to it.
    const detail = error instanceof Error ? error.message : String(error);
    return giveUp(options, incident, recordable({ ...UNRECORDED, detail }));
  }
  // The ledger's order decides: a halt recorded before the resumption is in force.
  return closed && options.state().gate.state !== 'open'
    ? { kind: 'failed', failure: OVERTAKEN }
    : { kind: 'resumed', methods };
}

/** Off at once, then the record; if even that is refused, the next start finds the resumption unfinished. */
async function giveUp(options: ResumeOptions, incident: IncidentId, failure: Failure): Promise<ResumeEnd> {
  if (options.state().gate.state === 'resuming') {
    // Not by the signal of the run: a stop is no reason to leave cards on.
    const signal = new AbortController().signal;
    await attempt(
      (limit) => options.port.switchOff(limit),
      signal,
      Math.min(options.deadline ?? 15_000, 15_000),
    );
  }
  await options
    .record({ kind: 'resume.failed', shop: options.shop.id, actor: RESPONDER, data: { incident, failure } })
    .catch(() => undefined);
  return { kind: 'failed', failure };
}

const OVERTAKEN: Failure = {
  code: 'step-failed',
  message: text(
    'The resumption was overtaken: a new halt was ordered, or Komainu is stopping. Card payments stay off.',
    '再開の途中で新たな停止が命じられたか、Komainu が停止しました。カード決済は停止のままです。',
  ),
};

const UNRECORDED: Failure = {
  code: 'unreadable',
  message: text(
    'The resumption could not be written to the ledger; card payments are switched off again. Free disk space, then resume once more.',
    '再開を台帳に記録できないため、カード決済をもう一度停止します。ディスクの空きを確保してから、あらためて再開してください。',
  ),
};

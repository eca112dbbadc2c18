import type {
  ApprovedDestination,
  ApprovedScript,
  Baseline,
  BlobRef,
  CardField,
  CardPart,
  Finding,
  Instant,
  ObservedScript,
  Recording,
  WireMessage,
} from '@komainu/model';
import { documentOf, leaves, originOf, scriptPlace } from './address.ts';
import { isDisguise } from './canary/encodings.ts';
import { leaksOf, type Sighted } from './canary/leaks.ts';
import { shapeOf } from './code/shape.ts';
import type { Bodies } from './define.ts';
import { sender } from './detectors/canary-on-wire.ts';
import { actionOf } from './detectors/form-action.ts';
import { silentConnections } from './detectors/unseen-connection.ts';
import { headersOf } from './headers/documents.ts';
import { judgeCheck } from './judge.ts';
import { differing, FIELDS, grantsFor, observed, type Payment, readsIn, withKeys } from './learn.ts';
import { unite } from './unite.ts';

export interface Account {
  readonly owner: string | null;
  readonly justification: string | null;
}

export interface DraftInput {
  readonly ref: BlobRef;
  readonly recording: Recording;
  /** The other visits of the same check: what any of them saw is drafted too. */
  readonly others?: readonly Recording[];
  readonly approvedBy: string;
  readonly approvedAt: Instant;
  /** What is approved already and stays so; left out: only what these visits saw is. */
  readonly extending?: Baseline;
  /** How much of a card an origin may be told besides, by decision of whoever approves; left out: nothing. */
  readonly reveals?: Readonly<Record<string, CardPart>>;
  /** Owner and justification by origin, `https://cdn.example`; inline code counts to its document's origin. */
  readonly owners?: Readonly<Record<string, Account>>;
  /** Bodies of all the recordings' messages ({@link bodiesOfRecording}). */
  readonly bodies: Bodies;
}

export interface DraftedBaseline {
  readonly baseline: Baseline;
  /**
   * What stands against approving it: leaks present in the recording, parts not observed. A leak's destination and
   * script are left out of the baseline, so that approving it by mistake does not silence them.
   */
  readonly warnings: readonly Finding[];
}

/** Drafts a baseline from what visits saw, for a person to approve. */
export function draftBaseline(input: DraftInput): DraftedBaseline {
  const recordings = [input.recording, ...(input.others ?? [])];
  const sightings = recordings.map(
    (recording) => leaksOf(recording.visit.canary, observed(recording, 'wire'), input.bodies).sighted,
  );
  const visits = recordings.map((recording) => ({ ref: input.ref, recording }));
  const unread = differing(recordings, visits, input.bodies);
  // Only the call the configuration names as the payment, and only as typed: anything else is a leak until explained.
  const isPayment = ({ message, encodings }: Sighted): boolean =>
    message.outcome.kind === 'answered' && !isDisguise(encodings);
  const payments = sightings.flat().filter(isPayment);
  const suspects = [
    ...sightings.flat().filter((one) => !isPayment(one)),
    ...unread.suspects.map((message) => ({ message })),
  ];
  const { visit } = input.recording;
  const account = (origin: string): Account => input.owners?.[origin] ?? { owner: null, justification: null };

  const drafted: Baseline = {
    version: 1,
    shop: visit.shop,
    page: visit.page,
    approvedBy: input.approvedBy,
    approvedAt: input.approvedAt,
    from: input.ref,
    scripts: scriptsOf(
      recordings.flatMap((one) => observed(one, 'scripts')),
      suspects,
      readsIn(recordings),
      account,
      input.bodies,
    ),
    destinations: destinationsOf(
      recordings.flatMap((one) => observed(one, 'wire')),
      recordings.flatMap(silentOrigins),
      [...payments, ...unread.payments],
      suspects.filter(({ message }) => originOf(message.url) !== originOf(visit.url)),
      account,
    ).map((destination) => ({
      ...destination,
      cards: destination.cards.map((grant) => withKeys(grant, destination.origin, recordings, input.bodies)),
      ...(input.reveals?.[destination.origin] === undefined
        ? {}
        : { reveals: input.reveals[destination.origin] }),
    })),
    headers: headersOf(recordings.flatMap((one) => observed(one, 'headers'))),
    frames: sorted(recordings.flatMap((one) => observed(one, 'frames').map(({ url }) => documentOf(url)))),
    forms: distinct(recordings.flatMap((one) => observed(one, 'forms').map(actionOf))),
    cardFields: distinct(
      recordings.flatMap((one) =>
        observed(one, 'cardFields').map(({ field, origin }) => ({ field, origin })),
      ),
    ),
  };
  const baseline = input.extending === undefined ? drafted : unite(input.extending, drafted);
  const { findings } = judgeCheck({
    recordings: visits,
    baseline: { ref: input.ref, baseline },
    bodies: input.bodies,
  });
  return { baseline, warnings: findings };
}

const sorted = (items: readonly string[]): readonly string[] => [...new Set(items)].sort();
const distinct = <T extends object>(items: readonly T[]): readonly T[] => [
  ...new Map(items.map((item) => [JSON.stringify(Object.entries(item)), item])).values(),
];

function scriptsOf(
  scripts: readonly ObservedScript[],
  suspects: readonly Pick<Sighted, 'message'>[],
  reads: ReadonlyMap<string, ReadonlySet<CardField>>,
  account: (origin: string) => Account,
  bodies: Bodies,
): readonly ApprovedScript[] {
  const blamed = new Set(suspects.map((one) => scriptPlace(sender(one), one.message.frameUrl)));
  const hashes = new Map<string, Set<BlobRef>>();
  for (const script of scripts) {
    const where = scriptPlace(script.url, script.frameUrl);
    if (blamed.has(where)) continue;
    hashes.set(where, (hashes.get(where) ?? new Set()).add(script.body));
  }
  return [...hashes].map(([where, of]) => ({
    where,
    hashes: [...of].sort(),
    ...shapeAmong([...of], bodies),
    ...(reads.has(where) ? { reads: FIELDS.filter((field) => reads.get(where)?.has(field)) } : {}),
    ...account(originOf(where.replace(/^inline:/, ''))),
  }));
}

/** A body that was another one on every load can be approved only by what its loads have in common. */
function shapeAmong(hashes: readonly BlobRef[], bodies: Bodies): Pick<ApprovedScript, 'shape'> {
  const known = hashes.map((ref) => bodies(ref)).filter((body) => body !== undefined);
  const shape = hashes.length > 1 && known.length === hashes.length ? shapeOf(known) : null;
  return shape === null ? {} : { shape };
}

function destinationsOf(
  wire: readonly WireMessage[],
  silent: readonly string[],
  payments: readonly Payment[],
  suspects: readonly Pick<Sighted, 'message'>[],
  account: (origin: string) => Account,
): readonly ApprovedDestination[] {
  const paid = new Set(payments.map(({ message }) => originOf(message.url)));
  const blamed = new Set(suspects.map(({ message }) => originOf(message.url)));
  const origins = sorted([
    ...wire
      .map(({ url }) => url)
      .filter(leaves)
      .map(originOf),
    ...silent,
  ]);
  return origins
    .filter((origin) => paid.has(origin) || !blamed.has(origin))
    .map((origin) => ({ origin, cards: grantsFor(origin, payments), ...account(origin) }));
}

/** Hosts to which only a connection is known: a preconnect, an icon. */
function silentOrigins({ artifacts }: Recording): readonly string[] {
  const { connections, wire } = artifacts;
  if (connections?.kind !== 'observed' || wire.kind !== 'observed') return [];
  return silentConnections(connections.value, wire.value).map(({ origin }) => origin);
}

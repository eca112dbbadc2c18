import type {
  ApprovedDestination,
  ApprovedScript,
  Baseline,
  BlobRef,
  CardField,
  CardGrant,
  Finding,
  Instant,
  ObservedScript,
  Recording,
  WireMessage,
} from '@komainu/model';
import { documentOf, leaves, originOf, parseUrl, scriptPlace } from './address.ts';
import { isDisguise } from './canary/encodings.ts';
import { leaksOf, type Sighted } from './canary/leaks.ts';
import { shapeOf } from './code/shape.ts';
import type { Bodies } from './define.ts';
import { sender } from './detectors/canary-on-wire.ts';
import { actionOf } from './detectors/form-action.ts';
import { headersOf } from './headers/documents.ts';
import { judgeCheck } from './judge.ts';

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
  // Only the call the configuration names as the payment, and only as typed: anything else is a leak until explained.
  const isPayment = ({ message, encodings }: Sighted): boolean =>
    message.outcome.kind === 'answered' && !isDisguise(encodings);
  const payments = sightings.flat().filter(isPayment);
  const suspects = sightings.flat().filter((one) => !isPayment(one));
  const { visit } = input.recording;
  const account = (origin: string): Account => input.owners?.[origin] ?? { owner: null, justification: null };

  const baseline: Baseline = {
    version: 1,
    shop: visit.shop,
    page: visit.page,
    approvedBy: input.approvedBy,
    approvedAt: input.approvedAt,
    from: input.ref,
    scripts: scriptsOf(
      recordings.flatMap((one) => observed(one, 'scripts')),
      suspects,
      account,
      input.bodies,
    ),
    destinations: destinationsOf(
      recordings.flatMap((one) => observed(one, 'wire')),
      payments,
      suspects.filter(({ message }) => originOf(message.url) !== originOf(visit.url)),
      account,
    ),
    headers: headersOf(recordings.flatMap((one) => observed(one, 'headers'))),
    frames: sorted(recordings.flatMap((one) => observed(one, 'frames').map(({ url }) => documentOf(url)))),
    forms: distinct(recordings.flatMap((one) => observed(one, 'forms').map(actionOf))),
    cardFields: distinct(
      recordings.flatMap((one) =>
        observed(one, 'cardFields').map(({ field, origin }) => ({ field, origin })),
      ),
    ),
  };
  const { findings } = judgeCheck({
    recordings: recordings.map((recording) => ({ ref: input.ref, recording })),
    baseline: { ref: input.ref, baseline },
    bodies: input.bodies,
  });
  return { baseline, warnings: findings };
}

type Lists = 'scripts' | 'wire' | 'headers' | 'frames' | 'forms' | 'cardFields';
type Item<N extends Lists> = Extract<Recording['artifacts'][N], { kind: 'observed' }>['value'];
function observed<N extends Lists>(recording: Recording, name: N): Item<N> {
  const artifact = recording.artifacts[name];
  return artifact.kind === 'observed' ? artifact.value : [];
}

const sorted = (items: readonly string[]): readonly string[] => [...new Set(items)].sort();
const distinct = <T extends object>(items: readonly T[]): readonly T[] => [
  ...new Map(items.map((item) => [JSON.stringify(Object.entries(item)), item])).values(),
];

function scriptsOf(
  scripts: readonly ObservedScript[],
  suspects: readonly Sighted[],
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
  payments: readonly Sighted[],
  suspects: readonly Sighted[],
  account: (origin: string) => Account,
): readonly ApprovedDestination[] {
  const paid = new Set(payments.map(({ message }) => originOf(message.url)));
  const blamed = new Set(suspects.map(({ message }) => originOf(message.url)));
  const origins = sorted(wire.filter(({ url }) => leaves(url)).map(({ url }) => originOf(url)));
  return origins
    .filter((origin) => paid.has(origin) || !blamed.has(origin))
    .map((origin) => ({ origin, cards: grantsFor(origin, payments), ...account(origin) }));
}

function grantsFor(origin: string, payments: readonly Sighted[]): readonly CardGrant[] {
  const grants = new Map<string, { method: string; path: string; fields: CardField[] }>();
  for (const { message, fields } of payments) {
    const url = parseUrl(message.url);
    if (url === null || url.origin !== origin) continue;
    const key = `${message.method} ${url.pathname}`;
    const known = grants.get(key)?.fields ?? [];
    grants.set(key, {
      method: message.method,
      path: url.pathname,
      fields: [...known, ...fields.filter((field) => !known.includes(field))],
    });
  }
  return [...grants.values()];
}

import type {
  Actor,
  BlobRef,
  CheckId,
  EntryKind,
  FilePath,
  GateState,
  GuardianId,
  GuardKey,
  HaltPolicy,
  Incident,
  IncidentId,
  Instant,
  Judgement,
  LedgerEntry,
  PageId,
  ReportId,
  RootId,
  ShopId,
  Source,
  Text,
  VerdictKind,
} from '@komainu/model';
import type { TimelineItem } from '@komainu/model';

/**
 * An entry as the fold takes it. A `judged` entry names its judgement; whoever has the body hands it over, so that
 * the same wrong, found again by the next check, is known to be the same. Without the body the source and the title
 * stand in for it.
 */
export interface Recorded {
  readonly index: number;
  readonly entry: LedgerEntry;
  readonly judgement?: Judgement | undefined;
}

/** What must be answered by `incident.opened` or `incident.joined` and has not been yet. */
export interface Alarm {
  readonly index: number;
  readonly at: Instant;
  readonly cause:
    | { readonly kind: 'judgement'; readonly source: Source; readonly judgement: BlobRef }
    | { readonly kind: 'processor'; readonly notice: BlobRef };
  readonly title: Text;
  readonly keys: readonly string[];
}

/** Which rule may turn an alarm into a halt; a person's order needs none. */
export type Ground = keyof HaltPolicy | 'person';

/** A halt that must be ordered if the ground's policy says so. */
export interface HaltOwed {
  readonly incident: IncidentId;
  readonly ground: Ground;
  readonly actor: Actor;
  readonly reason: Text;
}

export interface PageState {
  readonly id: PageId;
  readonly baseline: BlobRef | null;
  readonly lastCheck: {
    readonly check: CheckId;
    readonly at: Instant;
    readonly verdict: VerdictKind;
    readonly title: Text;
    readonly judgement: BlobRef;
  } | null;
}

export interface RootState {
  readonly id: RootId;
  readonly seal: {
    readonly seal: BlobRef;
    readonly release: number;
    readonly files: number;
    readonly at: Instant;
  } | null;
  /**
   * A report was judged tampered, and neither a new seal nor a report that everything is as sealed has come since.
   * Reports tell of differences only: a later, harmless one says nothing about the file that was altered before.
   */
  readonly altered: boolean;
  /**
   * Uploads that were judged tampered with and not told as harmless, or gone, since. Sealed files may all be as sealed
   * beside them. When they become too many to note, `altered` stands for them.
   */
  readonly alteredUploads: readonly FilePath[];
  /** Verdict and judgement are null until the report is judged. */
  readonly lastReport: {
    readonly report: ReportId;
    readonly body: BlobRef;
    readonly at: Instant;
    readonly changes: number;
    readonly verdict: VerdictKind | null;
    readonly judgement: BlobRef | null;
  } | null;
}

export const isAltered = ({ altered, alteredUploads }: RootState): boolean =>
  altered || alteredUploads.length > 0;

export interface GuardianState {
  readonly id: GuardianId;
  readonly kind: 'probe' | 'guard';
  readonly state: 'watching' | 'silent';
  readonly since: Instant;
  readonly lastSeen: Instant | null;
}

/** What happened before an incident opened and belongs in its timeline once it does. */
export interface Context {
  readonly item: TimelineItem;
  /** The report, judgement or notice by which a cause finds it. */
  readonly refs: readonly string[];
}

export type Act = 'switch-off' | 'void' | 'prove';

/** All that is known of one shop: a fold over the ledger, plain JSON, so that it can be kept and taken up again. */
export interface ShopState {
  readonly version: 1;
  readonly shop: ShopId;
  /** Ledger index of the last entry folded, whatever shop it was of; -1 before the first. */
  readonly applied: number;
  readonly gate: { readonly state: GateState; readonly since: Instant | null };
  /** Oldest first; at most the last one is not resumed. */
  readonly incidents: readonly Incident[];
  /** Keys of the findings the unresumed incident already knows. */
  readonly knownKeys: readonly string[];
  readonly alarms: readonly Alarm[];
  readonly haltsOwed: readonly HaltOwed[];
  /** The halt in force: the entry since when it is, and whose; a proof counts only for the order it follows. */
  readonly order: { readonly index: number; readonly incident: IncidentId } | null;
  /** Failed tries of each act since the halt was ordered. */
  readonly attempts: Readonly<Record<Act, number>>;
  readonly pages: readonly PageState[];
  readonly roots: readonly RootState[];
  readonly guardians: readonly GuardianState[];
  /** Whose heartbeats count, by the key that signs them. */
  readonly guardKeys: readonly { readonly id: GuardianId; readonly key: GuardKey }[];
  /** The processor's notices already recorded, latest last: a repeated delivery is told by this. */
  readonly notices: readonly BlobRef[];
  readonly recent: readonly Context[];
}

export const NO_ATTEMPTS: Readonly<Record<Act, number>> = { 'switch-off': 0, void: 0, prove: 0 };

/** A shop of which nothing is recorded yet: cards may be used. */
export const initialState = (shop: ShopId): ShopState => ({
  version: 1,
  shop,
  applied: -1,
  gate: { state: 'open', since: null },
  incidents: [],
  knownKeys: [],
  alarms: [],
  haltsOwed: [],
  order: null,
  attempts: NO_ATTEMPTS,
  pages: [],
  roots: [],
  guardians: [],
  guardKeys: [],
  notices: [],
  recent: [],
});

/** The incident whose halt is in force, else the last that is not resumed yet; null when there is none. */
export function currentIncident(state: ShopState): Incident | null {
  const { order } = state;
  const inForce = state.incidents.find(({ id }) => id === order?.incident);
  return inForce ?? state.incidents.findLast((incident) => incident.state !== 'resumed') ?? null;
}

/** The next act of the halt in force; null when none is owed. */
export function nextAct(state: ShopState): Act | null {
  const halt = currentIncident(state)?.halt ?? null;
  if (state.gate.state !== 'halting' || halt === null) return null;
  if (halt.switchedOffAt === null) return 'switch-off';
  return halt.voidedAt === null ? 'void' : 'prove';
}

/** Kinds that say something about a shop's incident while it is open, without being part of it. */
export const BYSTANDERS: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'server.started',
  'baseline.approved',
  'seal.made',
  'guardian.silent',
  'guardian.back',
  'guardian.enrolled',
  'guard.acted',
  'file.restored',
]);

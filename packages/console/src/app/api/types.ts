import type {
  BlobRef,
  CheckId,
  GateState,
  GuardianId,
  Incident,
  Instant,
  LedgerEntry,
  PageId,
  RootId,
  ShopId,
  Text,
  VerdictKind,
} from '@komainu/model';

/** The shapes of the server's answers. Types only: the console trusts its own server for shape, never for content. */
export interface GuardianState {
  readonly id: GuardianId;
  readonly kind: 'probe' | 'guard';
  readonly state: 'watching' | 'silent' | 'unknown';
  readonly lastSeen: Instant | null;
  readonly watching: readonly string[];
}

export interface PageState {
  readonly id: PageId;
  readonly url: string;
  readonly baseline: BlobRef | null;
  readonly lastCheck: {
    readonly check: CheckId;
    readonly at: Instant;
    readonly verdict: VerdictKind;
    readonly title: Text;
    readonly judgement: BlobRef;
  } | null;
  readonly running: boolean;
}

export interface RootState {
  readonly id: RootId;
  readonly path: string;
  readonly seal: { readonly release: number; readonly files: number; readonly at: Instant } | null;
  /** Something was told as tampered with, and not since that it is put right. */
  readonly altered: boolean;
  readonly lastReport: {
    readonly at: Instant;
    readonly changes: number;
    /** Null until it is judged. */
    readonly verdict: VerdictKind | null;
    readonly judgement: BlobRef | null;
  } | null;
}

export interface ShopView {
  readonly shop: { readonly id: ShopId; readonly name: string; readonly timeZone: string };
  readonly gate: { readonly state: GateState; readonly since: Instant };
  readonly guardians: readonly GuardianState[];
  readonly pages: readonly PageState[];
  readonly roots: readonly RootState[];
  readonly incidents: readonly Incident[];
}

export interface Snapshot {
  readonly now: Instant;
  readonly version: string;
  readonly ledger: { readonly origin: string; readonly size: number; readonly vkey: string };
  /** Why nothing can be stored at present; null when all is well. */
  readonly problem: Text | null;
  readonly shops: readonly ShopView[];
}

export interface EntryEvent {
  readonly index: number;
  readonly entry: LedgerEntry;
}

export type ResumeAnswer =
  | { readonly kind: 'resumed' }
  | { readonly kind: 'refused' | 'failed'; readonly reason: Text };

/** What a person may take upon herself when she resumes. */
export type Accepted = 'unproved-halt' | 'altered-files';

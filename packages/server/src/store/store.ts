import type {
  BlobRef,
  CheckId,
  Heartbeat,
  Instant,
  Json,
  PageId,
  ReportId,
  RootId,
  ShopId,
  VerdictKind,
} from '@komainu/model';

/** How far the ledger has been folded into the store. */
export interface Cursor {
  /** Index of the next entry to fold. */
  readonly next: number;
  readonly origin: string;
  /** SHA-256 of the last folded entry's bytes; null before the first. A store of another ledger shows by it. */
  readonly last: string | null;
  /** The fold that made the state; another one rebuilds it. */
  readonly fold: string;
}

export interface StoredReport {
  readonly id: ReportId;
  readonly shop: ShopId;
  readonly root: RootId;
  readonly body: BlobRef;
  readonly judgement: BlobRef | null;
}

export interface StoredCheck {
  readonly id: CheckId;
  readonly shop: ShopId;
  readonly page: PageId;
  readonly judgement: BlobRef;
  readonly verdict: VerdictKind;
  readonly at: Instant;
}

export interface StoredShop {
  /** What the responder's fold made of the shop's entries, plain JSON. */
  readonly state: Json;
  /** The configuration last registered, and when the first was. */
  readonly config: BlobRef | null;
  readonly since: Instant | null;
}

/** What folding a run of entries changes; written in one transaction with the cursor. */
export interface Batch {
  readonly cursor: Cursor;
  readonly shops: ReadonlyMap<ShopId, StoredShop>;
  readonly reports: readonly StoredReport[];
  readonly judgedReports: readonly { readonly id: ReportId; readonly judgement: BlobRef }[];
  readonly checks: readonly StoredCheck[];
}

export interface StoredHeartbeat extends Heartbeat {
  /** By this server's clock. */
  readonly seenAt: Instant;
}

/**
 * Current state. Everything but heartbeats and sessions is a fold over the ledger and can be thrown away: the ledger
 * wins. Every method throws only for broken storage.
 */
export interface Store {
  cursor(): Promise<Cursor | null>;
  shops(): Promise<ReadonlyMap<ShopId, StoredShop>>;
  apply(batch: Batch): Promise<void>;
  /** Forgets what was folded, before a rebuild. Heartbeats and sessions stay. */
  clear(): Promise<void>;
  report(shop: ShopId, id: ReportId): Promise<StoredReport | null>;
  /** Reports that were acknowledged but not judged: the process died in between. */
  unjudgedReports(): Promise<readonly StoredReport[]>;
  check(shop: ShopId, id: CheckId): Promise<StoredCheck | null>;
  heartbeats(): Promise<readonly StoredHeartbeat[]>;
  putHeartbeat(beat: StoredHeartbeat): Promise<void>;
  /** Sessions are known by the SHA-256 of their secret only. */
  putSession(hash: string, expiresAt: Instant): Promise<void>;
  session(hash: string): Promise<{ readonly expiresAt: Instant } | null>;
  deleteSession(hash: string): Promise<void>;
  deleteSessionsBefore(now: Instant): Promise<void>;
  close(): Promise<void>;
}

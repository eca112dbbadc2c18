import type { Cause, EntryKind } from './entry.ts';
import type { Failure } from './failure.ts';
import type { BlobRef, IncidentId, Instant, ShopId } from './ids.ts';
import type { Text } from './text.ts';

/** The gate of a shop: may cards be used? `halting` until a proof; `halted` only with one. */
export type GateState = 'open' | 'halting' | 'halted' | 'resuming';

/** What a halt has reached. Each instant is that of the ledger entry. */
export interface Halt {
  readonly orderedAt: Instant;
  readonly orderedBy: string;
  readonly reason: Text;
  readonly switchedOffAt: Instant | null;
  readonly voidedAt: Instant | null;
  readonly provedAt: Instant | null;
  readonly proof: BlobRef | null;
  readonly failures: number;
  readonly lastFailure: Failure | null;
}

export interface TimelineItem {
  readonly index: number;
  readonly at: Instant;
  readonly kind: EntryKind;
  readonly actor: string;
  readonly title: Text;
}

/** What a finding opens. A fold over the ledger; nothing here is not there. */
export interface Incident {
  readonly id: IncidentId;
  readonly shop: ShopId;
  readonly openedAt: Instant;
  readonly title: Text;
  readonly causes: readonly Cause[];
  readonly state: 'open' | 'contained' | 'resumed';
  readonly halt: Halt | null;
  readonly timeline: readonly TimelineItem[];
}

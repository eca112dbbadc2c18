import type { VisitRole } from '@komainu/model';
import type { Fork } from './fork.ts';
import type { Pins } from './pin/pin.ts';

/** What makes a visit one of several that are judged together. */
export interface Setting {
  /** Left out: a visit of its own. `unpinned` of a pinned one is filled in by the visit. */
  readonly role?: VisitRole;
  /** From where it goes on instead of walking the whole journey. */
  readonly fork?: Fork | null;
  /** Wants to know from where others can go on, as soon as that is known. */
  readonly forked?: (fork: Fork | null) => void;
  readonly pins?: Pins;
}

/** The journey could not be joined where another visit had been: it must be walked whole. */
export class ForkLost extends Error {
  override readonly name = 'ForkLost';
}

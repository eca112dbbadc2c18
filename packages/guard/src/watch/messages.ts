import type { FilePath, FileWriter } from '@komainu/model';
import type { Found, Gap } from '../disk/difference.ts';
import type { PolicyRule } from '../disk/policy.ts';
import type { SourceName } from './sources/source.ts';

/** What the verifying thread tells the event thread. */
export type ToEvents =
  /** The root's real path from now on; all watches end. `gates` are the names whose change may move the root. */
  | { readonly kind: 'root'; readonly real: string; readonly gates: readonly (readonly [string, string])[] }
  | { readonly kind: 'arm'; readonly paths: readonly FilePath[] }
  | { readonly kind: 'disarm'; readonly paths: readonly FilePath[] }
  /** The last batch of events is dealt with. */
  | { readonly kind: 'next' }
  | { readonly kind: 'ping' };

export type FromEvents =
  /** Watches are in force for these; now they may be listed. */
  | {
      readonly kind: 'armed';
      readonly paths: readonly FilePath[];
      readonly failed: readonly (readonly [FilePath, string])[];
    }
  /** `heard`: how many events these were, before those of one path became one. */
  | {
      readonly kind: 'events';
      readonly paths: readonly (readonly [FilePath, FileWriter | null])[];
      readonly heard: number;
    }
  /** The kernel dropped events. */
  | { readonly kind: 'lost'; readonly detail: string }
  | EventsFrom
  | { readonly kind: 'pong' };

/** Where events come from, and why nothing better could be had. */
export interface EventsFrom {
  readonly kind: 'source';
  readonly name: SourceName;
  readonly refused: readonly string[];
}

export interface VerifierSettings {
  /** As configured, absolute; may be, or lead through, a link. */
  readonly dir: string;
  readonly policies: readonly PolicyRule[];
  /** Differences reported before, by {@link digestOfState}. */
  readonly known: readonly (readonly [FilePath, string])[];
  readonly reconcileMs: number;
  readonly hashEveryMs: number;
  readonly maxBody: number;
  readonly maxHash: number;
}

/** What the verifying thread tells the main thread. */
export type FromVerifier =
  | {
      readonly kind: 'found';
      readonly found: readonly Found[];
      readonly gaps: readonly Gap[];
      /** Paths that are as sealed again; nothing more will be said of them. */
      readonly settled: readonly FilePath[];
      /** Everything is as sealed: worth a report of its own. */
      readonly clear: boolean;
    }
  | { readonly kind: 'ready'; readonly paths: number; readonly directories: number; readonly ms: number }
  | { readonly kind: 'passed'; readonly id: number }
  | { readonly kind: 'problem'; readonly code: WatchProblemCode; readonly detail: string }
  | EventsFrom
  /** Both threads are alive. */
  | { readonly kind: 'beat' };

export type ToVerifier =
  | { readonly kind: 'taken'; readonly bytes: number }
  | { readonly kind: 'forget'; readonly paths: readonly FilePath[] }
  /** The guard has put these right: what differs there now is new, also if it is the same again. */
  | { readonly kind: 'put-right'; readonly paths: readonly FilePath[] }
  | { readonly kind: 'pass'; readonly id: number; readonly hash: boolean };

export type WatchProblemCode =
  /** The root is not there any more. */
  | 'root-gone'
  | 'root-back'
  /** The system gives no more watches; those directories are only looked at in every reconcile. */
  | 'watch-limit'
  | 'unreadable'
  /** The account by which a database is read could also write to it. */
  | 'weak-account'
  /** A difference was found and could not be told; it is found again. */
  | 'not-told'
  /** The kernel dropped events; everything is compared again at once. */
  | 'events-lost'
  | 'worker-died'
  /** `onReport` failed: the changes will be found, and reported, again. */
  | 'report-failed';

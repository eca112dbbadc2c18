import type { Needles } from '../needles.ts';
import type { Detail, Look } from '../rows.ts';

/** What a reporter is started with. `token` is known to no page. */
export interface ReporterOptions {
  readonly token: string;
  readonly needles: Needles;
  readonly bits: Readonly<Record<'number' | 'expiry' | 'code' | 'holder', number>>;
  readonly rows: readonly { readonly place: string; readonly look: Look; readonly detail: Detail | null }[];
  /** Calls of one row within `burstMs` that make it hot. */
  readonly burst: number;
  readonly burstMs: number;
}

/** A place in a script as V8 names it; `hash` is that of the script's text, which no `sourceURL` can forge. */
export interface Site {
  readonly url: string;
  readonly function: string;
  readonly line: number;
  readonly column: number;
  readonly hash: string;
}
export interface Told {
  readonly kind: 'act';
  /** Of this kind of act by this code, in this realm. */
  readonly id: number;
  readonly row: number;
  /** Which fields; 0 where only the debugger can tell, from the arguments. */
  readonly bits: number;
  readonly detail: string | null;
  readonly count: number;
  /** Set where the debugger could not stop (a realm whose frame is gone): who called. */
  readonly stack?: readonly Site[];
}
/** `hot`: a row is called too often to be watched; `late`: something waits to be drained. */
export type Report = Told | { readonly kind: 'hot'; readonly row: number } | { readonly kind: 'late' };

/** What the client can ask of a reporter, by its name in the realm. */
export interface Reporter {
  /** Called by every breakpoint's condition; true: stop here. */
  hit(row: number, self: unknown, args: ArrayLike<unknown>): boolean;
  /** What the newest stop was for, once; null: another realm's reporter stopped. */
  take(): Report | null;
  /** Arguments of the newest stop. */
  args: ArrayLike<unknown>;
  /** Fields a value holds, as bits. */
  match(value: unknown): number;
  mark(element: Element, bit: number): void;
  /** The element, what it lies in, its form, document and window. */
  path(element: Element): ArrayLike<EventTarget>;
  /** Pristine natives of the rows; undefined where a realm has none. */
  functions(rows: readonly number[]): ArrayLike<unknown>;
  /** Whether breakpoints are installed in this isolate, told by calling one of the natives. */
  alive(): boolean;
  /** What could not be told at once, and how often what was told has happened again: id, how often more. */
  drain(): {
    readonly late: ArrayLike<Told>;
    readonly again: ArrayLike<readonly [number, number]>;
  };
}

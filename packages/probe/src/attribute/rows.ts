import type { ScriptAct } from '@komainu/model';
import { CHANNELS } from './rows-channels.ts';
import { ENCODERS } from './rows-encoders.ts';
import { READS } from './rows-reads.ts';

/**
 * How the reporter finds the typed value in a call:
 * `result`: in what the call will give, or `this` is a field that was typed into;
 * `holds`: in what it gives, where `this` is or holds such a field;
 * `event`: `this` is an event at such a field;
 * `arguments`: in what is handed over; objects a page made are looked into by the debugger, as a getter of theirs would
 * be page code;
 * `address`: in an address; `markup`: in markup or style, where an address stands;
 * `attribute`: in the value of an attribute that is an address;
 * `form`: a form with such a field is `this` or handed over;
 * `pairs`: in the pairs of a FormData or URLSearchParams.
 */
export type Look =
  | 'result'
  | 'holds'
  | 'event'
  | 'arguments'
  | 'address'
  | 'markup'
  | 'attribute'
  | 'form'
  | 'pairs';

/** What is told beside: an argument, the address of the channel, of the request, of the form, or the algorithm. */
export type Detail = 0 | 1 | 'channel' | 'request' | 'form' | 'algorithm';

/** One native function that is watched. */
export interface Row {
  /** As in the recording. */
  readonly api: string;
  readonly act: ScriptAct['act'];
  /** `get`, `set` or `call`, and the path from the global object. */
  readonly place: string;
  readonly look: Look;
  readonly detail?: Detail;
  /**
   * Called so often by honest pages that it is only sampled when it runs hot, without a gap: what it does shows in
   * another row, or on the wire.
   */
  readonly sampled?: true;
  /**
   * Page code that must be told of; '' where none can be written. It finds `field` (an input of a form that was typed into), `form`, `card` (its
   * number), `event`, `press` and `input` (a keydown, keypress and input
   * event at it), `area`, `menu`, `editable` (typed into as well), `canvas`, `socket` (an address), `evil` (one with the
   * number in it). What needs none of them but `card` and `evil` runs in a worker as well.
   */
  readonly example: string;
}

export const ROWS: readonly Row[] = [...READS, ...ENCODERS, ...CHANNELS];

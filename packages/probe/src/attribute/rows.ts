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
  /** `get`, `set` or `call`, and the path from the global object, or from a window of another origin (`foreign`). */
  readonly place: string;
  readonly look: Look;
  readonly detail?: Detail;
  /** Installed however large the heap is: what nothing else would show. */
  readonly core?: true;
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

/**
 * Each breakpoint costs V8 a walk over the whole heap (0.9 ms a megabyte): in a large one only these are set. Reads by
 * other ways end in one of their channels; requests by other ways tell their own initiator.
 */
const CORE: ReadonlySet<string> = new Set([
  'HTMLInputElement.value',
  'HTMLTextAreaElement.value',
  'HTMLSelectElement.value',
  'FormData',
  'InputEvent.data',
  'KeyboardEvent.key',
  'KeyboardEvent.code',
  'KeyboardEvent.keyCode',
  'btoa',
  'JSON.stringify',
  'TextEncoder.encode',
  'SubtleCrypto.encrypt',
  'SubtleCrypto.digest',
  'SubtleCrypto.importKey',
  'Storage.setItem',
  'IDBObjectStore.put',
  'IDBObjectStore.add',
  'Document.cookie',
  'Window.postMessage',
  'MessagePort.postMessage',
  'Worker.postMessage',
  'BroadcastChannel.postMessage',
  'fetch',
  'XMLHttpRequest.open',
  'XMLHttpRequest.send',
  'Navigator.sendBeacon',
  'WebSocket.send',
  'RTCPeerConnection',
  'RTCDataChannel.send',
  'HTMLImageElement.src',
  'HTMLFormElement.submit',
]);

export const ROWS: readonly Row[] = [...READS, ...ENCODERS, ...CHANNELS].map((row) =>
  CORE.has(row.api) ? { ...row, core: true } : row,
);

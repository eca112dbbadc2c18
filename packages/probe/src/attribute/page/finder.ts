import type { Natives } from './natives.ts';
import type { ReporterOptions } from './types.ts';

export type Finder = ReturnType<typeof createFinder>;

/** Finds typed values in what a script hands over; sent as text. Runs no page code, asks no page object. */
export function createFinder(options: ReporterOptions, natives: Natives) {
  const { needles, bits: BIT } = options;
  const { construct, ask, g, view, isView, Bytes, fromCode, slice, pairsNext, at, find, isDigit } = natives;

  /** Six characters of digits of the number in a row: at least eight where other digits stand beside them. */
  const windows: string[][] = [];
  for (const form of needles.forms) {
    const list: string[] = [];
    for (let from = 0; from + 6 <= form.length; from++) {
      let to = from;
      for (let digits = 0; to < form.length && digits < 6; to++) if (isDigit(at(form, to))) digits += 1;
      list[from] = isDigit(at(form, from)) ? slice(form, from, to) : '';
    }
    windows[windows.length] = list;
  }
  /** Where a text holds digits of the number; -1 for nowhere. */
  const numberAt = (text: string): number => {
    for (let which = 0; which < windows.length; which++) {
      const form = needles.forms[which] ?? '';
      const list = windows[which] ?? [];
      for (let from = 0; from < list.length; from++) {
        const piece = list[from] ?? '';
        // A form's pieces without a separator are those of the plain number.
        if (piece === '' || (which > 0 && piece.length === 6)) continue;
        for (let hit = find(text, piece); hit >= 0; hit = find(text, piece, hit + 1)) {
          let left = 0;
          while (left < from && left < hit && at(text, hit - left - 1) === at(form, from - left - 1))
            left += 1;
          let right = piece.length;
          while (from + right < form.length && at(text, hit + right) === at(form, from + right)) right += 1;
          if (left + right >= 8) return hit - left;
          if (!isDigit(at(text, hit - left - 1)) && !isDigit(at(text, hit + right))) return hit - left;
        }
      }
    }
    for (let i = 0; i < needles.pieces.length; i++) {
      const hit = find(text, needles.pieces[i] ?? '');
      if (hit >= 0) return hit;
    }
    return -1;
  };
  const alone = (text: string, what: string): boolean => {
    for (let hit = find(text, what); hit >= 0; hit = find(text, what, hit + 1))
      if (!isDigit(at(text, hit - 1)) && !isDigit(at(text, hit + what.length))) return true;
    return false;
  };
  const LONGEST = 1_000_000;
  const inText = (whole: string): number => {
    if (whole.length < 6) return 0;
    const text = whole.length > LONGEST ? slice(whole, 0, LONGEST) : whole;
    let found = numberAt(text) >= 0 ? BIT.number : 0;
    for (let i = 0; i < needles.holder.length && !(found & BIT.holder); i++)
      if (find(text, needles.holder[i] ?? '') >= 0) found |= BIT.holder;
    if (found === 0) return 0;
    if (alone(text, needles.code)) found |= BIT.code;
    for (let i = 0; i < needles.expiry.length; i++)
      if (alone(text, needles.expiry[i] ?? '')) found |= BIT.expiry;
    return found;
  };
  /** Bytes as text, zeros left out: so UTF-16 reads like ASCII. */
  const inBytes = (value: unknown): number => {
    let buffer: unknown = value;
    let offset = 0;
    let length: unknown;
    if (isView(value)) {
      const which = ask(view.buffer[0], value) === undefined ? 1 : 0;
      buffer = ask(view.buffer[which], value);
      offset = (ask(view.offset[which], value) as number | undefined) ?? 0;
      length = ask(view.length[which], value);
    } else length = ask(g.byteLength, value);
    if (typeof length !== 'number') return -1;
    let text = '';
    try {
      const bytes = construct(Bytes, [buffer, offset, length > 65_536 ? 65_536 : length]) as Uint8Array;
      const size = length > 65_536 ? 65_536 : length;
      for (let i = 0; i < size; i++) if (bytes[i] !== 0) text += fromCode(bytes[i] ?? 0);
    } catch {
      return 0;
    }
    return inText(text);
  };
  const inPairs = (data: unknown): number => {
    const list = ask(g.pairs, data);
    if (list === undefined) return -1;
    let found = 0;
    for (let i = 0; i < 300; i++) {
      const step = ask(pairsNext, list) as { done: boolean; value: readonly [string, unknown] } | undefined;
      if (!step || step.done) break;
      if (typeof step.value[1] === 'string') found |= inText(step.value[1]);
    }
    return found;
  };
  /** Bits of a value; -1 for an object only the debugger can look into without running page code. */
  const inValue = (value: unknown): number => {
    if (typeof value === 'string') return inText(value);
    if (typeof value === 'number') return inText(`${value}`);
    if (typeof value !== 'object' || value === null) return 0;
    if (ask(g.nodeType, value) !== undefined || ask(g.keyType, value) !== undefined) return 0;
    const bytes = inBytes(value);
    if (bytes >= 0) return bytes;
    const address = ask(g.href, value) ?? ask(g.requestUrl, value) ?? ask(g.params, value);
    if (typeof address === 'string') return inText(address);
    return inPairs(value);
  };
  const match = (value: unknown): number => {
    const found = inValue(value);
    return found < 0 ? 0 : found;
  };

  const inAddress = (value: unknown): number => {
    const text = typeof value === 'string' ? value : ask(g.href, value);
    return typeof text === 'string' ? inText(text) : 0;
  };
  /** Markup or style in which it stands inside an address. */
  const inMarkup = (text: unknown): number => {
    const found = typeof text === 'string' ? inText(text) : 0;
    if (found === 0 || typeof text !== 'string') return 0;
    if (find(text, '<') < 0) return find(text, '(') < 0 ? 0 : found;
    const hit = numberAt(text);
    for (let i = hit; i >= 0; i--) {
      const code = at(text, i);
      // A slash or a question mark before any quote, blank or angle: the digits are part of an address.
      if (code === 47 || code === 63) return found;
      if (code === 34 || code === 39 || code === 32 || code === 62 || code === 60 || code === 40) return 0;
    }
    return 0;
  };
  return { inText, inValue, inPairs, inAddress, inMarkup, match };
}

import { automaton } from './automaton.ts';
import { ENCODINGS } from './encodings.ts';
import { leavesOf } from './leaves.ts';
import { needlesOf } from './needles.ts';

/** Where a number was found in a text. */
interface Sighting {
  /** Outermost first; empty: as typed. */
  readonly encodings: readonly string[];
  /** The decoded byte texts that were read up to there, the one that shows it last. */
  readonly views: readonly string[];
}
/** `exhausted`: not read to the end; `read`: bytes, all decodings counted. */
export type Found = { readonly read: number } & (
  | ({ readonly kind: 'found' } & Sighting)
  | { readonly kind: 'absent' | 'exhausted' }
);
export type Search = (text: string, allowance?: number) => Found;

/** Layers that are taken off one by one; the needles add one or two more below. */
const MAX_LAYERS = 3;
/** Bytes read for one text, all its decodings counted. */
const MAX_READ = 32 * 1024 * 1024;

/** What people and formatters put between digits; zero bytes are UTF-16's. */
// oxlint-disable-next-line no-control-regex -- see above
const SEPARATORS = /(?:[\s\0\-._:,;|/+*~'"\\[\]()]|\xc2\xa0|\xe2\x80[\x80-\xaf]|\xe3\x80\x80)+/g;
const FULL_WIDTH_DIGIT = /\xef\xbc([\x90-\x99])/g;

/** Digits brought together: separators taken out, full-width digits (as a Japanese keyboard writes them) made plain. */
const joined = (text: string): string =>
  text
    .replace(FULL_WIDTH_DIGIT, (_, last: string) => String.fromCharCode(last.charCodeAt(0) - 0x60))
    .replace(SEPARATORS, '');

/** The readings below a text that a needle gave away without decoding it: what else travels with the number is in them. */
function opened(text: string, encodings: readonly string[]): readonly string[] {
  let layer: readonly string[] = [text];
  return encodings.flatMap((name) => {
    const encoding = ENCODINGS.find((one) => one.name === name);
    layer = layer.flatMap((one) => encoding?.decode(one) ?? []).slice(0, 64);
    return layer;
  });
}

/** A reading of a text, and how it was come by; `layers` counts decodings, not the joining of values. */
interface View {
  readonly text: string;
  readonly path: readonly string[];
  readonly layers: number;
}

/** The name of the reading that joins the values of a form or of JSON. */
const SPLIT = 'split';

/** Looks for one number under every composition of the known encodings, breadth first, within a fixed cost. */
export function searchFor(number: string): Search {
  const needles = needlesOf(number);
  const find = automaton(needles.map((needle) => needle.text));
  /** The plainest reading among the needles that stand in a text. */
  const best = (text: string): readonly string[] | null => {
    const hits = find(text).map((index) => needles[index]?.encodings ?? []);
    return hits.sort((a, b) => a.length - b.length)[0] ?? null;
  };

  return (text, allowance = MAX_READ) => {
    const queue: View[] = [{ text, path: [], layers: 0 }];
    const seen = new Set([text]);
    const views: string[] = [];
    let read = text.length;
    let cut = false;
    /** False when there is nothing left to read it with. */
    const take = (view: View): boolean => {
      if (view.text.length < 8 || seen.has(view.text)) return true;
      read += view.text.length;
      if (read > Math.min(MAX_READ, allowance)) return false;
      seen.add(view.text);
      queue.push(view);
      return true;
    };
    for (const view of queue) {
      const split = view.path.at(-1) === SPLIT;
      const inner = best(view.text) ?? best(joined(view.text));
      // Values run together have lost their borders: nothing else is looked for in them unless the number is there.
      if (!split || inner !== null) views.push(view.text);
      if (inner !== null)
        return {
          kind: 'found',
          read,
          encodings: [...view.path, ...inner],
          views: [...views, ...opened(view.text, inner)],
        };
      const leaves = split ? null : leavesOf(view.text);
      if (leaves !== null) {
        cut ||= leaves.cut;
        if (!take({ text: leaves.text, path: [...view.path, SPLIT], layers: view.layers }))
          return { kind: 'exhausted', read };
      }
      if (view.layers >= MAX_LAYERS) continue;
      for (const encoding of ENCODINGS) {
        // Twice backwards is forwards, and the needles read the last layer backwards anyway.
        if (
          encoding.name === 'reversed' &&
          (view.path.at(-1) === 'reversed' || view.layers === MAX_LAYERS - 1)
        )
          continue;
        for (const next of encoding.decode(view.text))
          if (!take({ text: next, path: [...view.path, encoding.name], layers: view.layers + 1 }))
            return { kind: 'exhausted', read };
      }
    }
    return { kind: cut ? 'exhausted' : 'absent', read };
  };
}

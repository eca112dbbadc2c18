import type { Difference } from '@komainu/model';
import type { Visited } from '../define.ts';
import type { Sent } from './sent.ts';
import { bitsOf, isOpaque, type Tells, tells } from './weigh.ts';

/** One way in which what left the browser varied among the pinned visits. */
export interface Variation {
  readonly kind: Difference['kind'];
  /**
   * `depends`: the same in every visit of a card, another with the other card; `undecided`: one pair only; `noise`:
   * differs between visits with the same card.
   */
  readonly standing: 'depends' | 'undecided' | 'noise';
  readonly origin: string;
  /** Without what varies. */
  readonly template: string;
  /** Empty for the message as a whole. */
  readonly part: string;
  readonly a: Side;
  readonly b: Side;
  readonly tells: Tells;
  readonly bits: number;
  /** It cannot be read. */
  readonly opaque: boolean;
}
export interface Side {
  readonly sent: Sent | null;
  /** A visit of that card, for where `sent` is none. */
  readonly visited: Visited;
  /** A byte text. */
  readonly text: string;
}

export interface Pinned extends Visited {
  readonly card: 'a' | 'b';
  readonly round: number;
}

/** Pairs side by side: even columns are card `a`, odd ones card `b`. */
export interface Scene {
  readonly seen: readonly Pinned[];
  readonly first: readonly [Pinned, Pinned];
  readonly rounds: number;
}

/** Stands for a value that was not there to be seen. */
export const UNKNOWN = Symbol('unknown');

/** Of a value per visit: the same everywhere, or how it stands to the card. */
export function standingOf<T>(values: readonly T[], rounds: number): Variation['standing'] | 'same' {
  const of = (card: 0 | 1): readonly T[] => values.filter((value, i) => i % 2 === card && value !== UNKNOWN);
  const [as, bs] = [of(0), of(1)];
  const [[a], [b]] = [as, bs];
  if (as.length === 0 || bs.length === 0) return 'same';
  if (!as.every((value) => value === a) || !bs.every((value) => value === b)) return 'noise';
  if (a === b) return 'same';
  if (rounds === 1) return 'undecided';
  // Seen once of a card, though there were more visits: nobody can tell, and another pair would not either.
  return Math.min(as.length, bs.length) === 1 ? 'noise' : 'depends';
}

/** Two templates in one: what they have in common. */
const common = (a: Sent | null, b: Sent | null): string => {
  const [x, y] = [a?.template ?? b?.template ?? '', b?.template ?? a?.template ?? ''];
  if (x === y) return x;
  const other = y.split('/');
  return x
    .split('/')
    .map((part, i) => (part === other[i] ? part : '*'))
    .join('/');
};

/** Makes a variation of the first pair's two sides. */
export function variation(
  scene: Scene,
  [a, b]: readonly [Sent | null, Sent | null],
  [x, y]: readonly [string | undefined, string | undefined],
  more: Pick<Variation, 'kind' | 'standing' | 'part'> & Partial<Pick<Variation, 'bits' | 'tells'>>,
): Variation {
  const [left = '', right = ''] = [x, y];
  const [va, vb] = scene.first;
  return {
    origin: (a ?? b)?.origin ?? '',
    template: common(a, b),
    a: { sent: a, visited: va, text: left },
    b: { sent: b, visited: vb, text: right },
    bits: more.bits ?? bitsOf(left, right),
    tells:
      more.tells ??
      tells(left, right, { card: va.recording.visit.canary.card }, { card: vb.recording.visit.canary.card }),
    opaque: isOpaque(left) || isOpaque(right),
    ...more,
  };
}

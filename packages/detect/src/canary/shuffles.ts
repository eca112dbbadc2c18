import { reversed } from './bytes.ts';

export interface Shuffle {
  readonly name: string;
  readonly text: string;
}

const mod = (value: number): number => ((value % 10) + 10) % 10;
const order = (number: string, places: readonly number[]): string =>
  places.map((at) => number[at] ?? '').join('');
const indices = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const blocks = (number: string, size: number): readonly string[] =>
  number.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];

/**
 * A number with its digits replaced by sums and multiples modulo ten (each digit its complement, Caesar's shift) or
 * moved about (rails, halves, pairs, columns, turned round), as the whole number: sixteen digits in a row by chance
 * are one in 10^16, or in 10^9 where honest traffic holds numbers of the same issuer.
 */
export function shufflesOf(number: string): readonly Shuffle[] {
  const places = indices(number.length);
  const even = places.filter((i) => i % 2 === 0);
  const odd = places.filter((i) => i % 2 === 1);
  const half = Math.ceil(number.length / 2);
  const zigzag = (rails: number): readonly number[] => {
    const rail = (i: number): number => {
      const at = i % (2 * rails - 2);
      return at < rails ? at : 2 * rails - 2 - at;
    };
    return indices(rails).flatMap((row) => places.filter((i) => rail(i) === row));
  };
  const columns = (width: number): readonly number[] =>
    indices(width).flatMap((column) => places.filter((i) => i % width === column));
  const moved: readonly Shuffle[] = [
    { name: 'rails', text: order(number, [...even, ...odd]) },
    { name: 'rails', text: order(number, [...odd, ...even]) },
    ...[3, 4].map((rails) => ({ name: 'rails', text: order(number, zigzag(rails)) })),
    ...[3, 4, 5, 8].map((width) => ({ name: 'columns', text: order(number, columns(width)) })),
    {
      name: 'interleaved',
      text: order(
        number,
        indices(half).flatMap((i) => [i, i + half]),
      ),
    },
    {
      name: 'interleaved',
      text: order(
        number,
        indices(half).flatMap((i) => [i + half, i]),
      ),
    },
    // From both ends towards the middle.
    {
      name: 'interleaved',
      text: order(
        number,
        places.map((i) => (i % 2 === 0 ? i / 2 : number.length - (i + 1) / 2)),
      ),
    },
    ...[2, 3, 4, 8].map((size) => ({ name: 'turned', text: blocks(number, size).map(reversed).join('') })),
    ...[2, 3, 4, 8].map((size) => ({ name: 'moved', text: blocks(number, size).toReversed().join('') })),
    ...places.slice(1).map((by) => ({ name: 'moved', text: number.slice(by) + number.slice(0, by) })),
    ...[2, 3].map((times) => ({
      name: 'repeated',
      text: Array.from(number, (d) => d.repeat(times)).join(''),
    })),
    ...permutations(blocks(number, 4)).map((parts) => ({ name: 'moved', text: parts.join('') })),
  ];
  const replaced: Shuffle[] = [];
  for (const factor of [1, 3, 7, 9])
    for (const shift of indices(10))
      replaced.push({
        name: factor === 1 ? 'shifted' : factor === 9 ? 'complement' : 'multiplied',
        text: Array.from(number, (d) => mod(Number(d) * factor + shift)).join(''),
      });
  for (const step of [1, -1])
    for (const shift of indices(10))
      replaced.push({
        name: 'shifted',
        text: Array.from(number, (d, i) => mod(Number(d) + shift + i * step)).join(''),
      });
  // Each digit with the one before it: sums and differences.
  for (const sign of [1, -1]) {
    let last = 0;
    const own = Array.from(number, (d, i) =>
      mod(Number(d) + (i === 0 ? 0 : sign * Number(number[i - 1]))),
    ).join('');
    const running = Array.from(number, (d) => (last = mod(Number(d) + sign * last))).join('');
    replaced.push({ name: 'differences', text: own }, { name: 'differences', text: running });
  }
  return [...moved, ...replaced].filter(({ text }) => text !== number && text !== reversed(number));
}

function permutations(parts: readonly string[]): readonly (readonly string[])[] {
  if (parts.length <= 1 || parts.length > 4) return [parts];
  return parts.flatMap((part, at) =>
    permutations(parts.filter((_, i) => i !== at)).map((rest) => [part, ...rest]),
  );
}

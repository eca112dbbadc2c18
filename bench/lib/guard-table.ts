/** One line of the table. `goal`: at most so much. */
export interface GuardRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: number;
}

export const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** A line for people; what misses its goal says so. */
export function guardLine({ what, value, unit, goal }: GuardRow): string {
  const number = Number.isNaN(value) ? '' : value.toFixed(unit === 'files' ? 0 : 2);
  const aim = goal === undefined ? '' : `  ${value <= goal ? 'ok' : 'MISSED'}, at most ${goal}`;
  return `${what.padEnd(70)} ${number.padStart(10)} ${unit}${aim}`;
}

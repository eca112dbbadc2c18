import type { Connection } from '../cdp/connection.ts';

/**
 * A skimmer that robs a part of the visitors draws lots with `Math.random`. V8's `--random-seed` lets every realm of a
 * browser begin with the same sequence of draws; where in it many in a row are low, or high, is found out by drawing.
 * A realm in which that many draws are thrown away before its first script runs goes on with such a run, and there is
 * nothing in it by which a page could tell.
 */
export interface Draws {
  /** How many draws to throw away so that the next {@link RUN} are below 0.4. */
  readonly low: readonly number[];
  /** The same for above 0.6. */
  readonly high: readonly number[];
}

const RUN = 10;
/** Runs that are looked for, and those of them with the most telling first draw that are kept. */
const LOOKED_FOR = 24;
const KEPT = 8;
const MOST = 1_500_000;

/**
 * Asks a blank page of the browser. Null: the realms of this browser do not begin alike, or the runs are not there
 * again: then nothing may be built on them.
 */
export async function learnDraws(connection: Connection): Promise<Draws | null> {
  const { root } = connection;
  const { targetId } = await root.send('Target.createTarget', { url: 'about:blank', background: true });
  try {
    const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: true });
    const session = connection.session(sessionId);
    const { result } = await session.send('Runtime.evaluate', {
      expression: `(${look.toString()})(${RUN},${LOOKED_FOR},${KEPT},${MOST})`,
      returnByValue: true,
    });
    return (result.value as Draws | null | undefined) ?? null;
  } catch {
    return null;
  } finally {
    await root.send('Target.closeTarget', { targetId }).catch(() => undefined);
  }
}

/** Runs in a blank page; self-contained, as it is sent as text. */
function look(run: number, lookedFor: number, kept: number, most: number): Draws | null {
  const fresh = (): (() => number) => {
    const frame = document.createElement('iframe');
    document.documentElement.append(frame);
    return (frame.contentWindow as unknown as { Math: Math }).Math.random;
  };
  const draw = fresh();
  const found: { low: [number, number][]; high: [number, number][] } = { low: [], high: [] };
  let lows = 0;
  let highs = 0;
  const recent = new Float64Array(run);
  for (let at = 0; at < most && (found.low.length < lookedFor || found.high.length < lookedFor); at++) {
    const value = draw();
    recent[at % run] = value;
    lows = value < 0.4 ? lows + 1 : 0;
    highs = value > 0.6 ? highs + 1 : 0;
    const first = recent[(at + 1) % run] ?? 0;
    if (lows >= run) found.low.push([first, at + 1 - run]);
    if (highs >= run) found.high.push([1 - first, at + 1 - run]);
  }
  const best = (list: readonly [number, number][]): number[] =>
    list
      .toSorted((a, b) => a[0] - b[0])
      .slice(0, kept)
      .map((item) => item[1])
      .toSorted((a, b) => a - b);
  const draws = { low: best(found.low), high: best(found.high) };
  if (draws.low.length === 0 || draws.high.length === 0) return null;
  // Once more in another realm: only what comes again can be counted on.
  const again = fresh();
  let at = 0;
  for (const [offset, low] of [
    ...draws.low.map((item) => [item, true] as const),
    ...draws.high.map((item) => [item, false] as const),
  ].toSorted((a, b) => a[0] - b[0])) {
    if (offset < at) continue;
    for (; at < offset; at++) again();
    for (let n = 0; n < run; n++, at++) {
      const value = again();
      if (low ? value >= 0.4 : value <= 0.6) return null;
    }
  }
  return draws;
}

/**
 * Script for the start of a realm: throws away as many draws as one of the offsets says, chosen anew in every realm, as
 * two realms of an ordinary browser never draw alike.
 */
export const throwAway = (offsets: readonly number[]): string =>
  `{const o=${JSON.stringify(offsets)},u=crypto.getRandomValues(new Uint32Array(1));` +
  'for(let n=o[u[0]%o.length];n>0;n--)Math.random()}';

/** Where no run is wanted: any place, so that realms differ. */
export const ANYWHERE: readonly number[] = Array.from({ length: 64 }, (_, at) => at * 97);

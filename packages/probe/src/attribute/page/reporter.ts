import type { Finder } from './finder.ts';
import type { Looks } from './looks.ts';
import type { Natives } from './natives.ts';
import type { Report, Reporter, ReporterOptions, Site, Told } from './types.ts';

/**
 * Runs in every realm of a page, and in workers, before their scripts; sent as text, so self-contained. Nothing it
 * calls later can be replaced by a page: natives are taken here and called through `apply`, no page object is asked
 * for a property, lists and descriptors have no prototype (a setter on `Array.prototype` would be page code), no
 * regular expression is used (`RegExp.$1` would show).
 */
export function createReporter(
  options: ReporterOptions,
  taken: Natives,
  finder: Finder,
  looks: Looks,
  sites: () => readonly Site[] | null,
): Reporter {
  const { token } = options;
  const { construct, root, bare, bareOf, ask, g, clock, mapGet, mapSet, mapEach, NativeCustomEvent } = taken;

  interface Tally {
    readonly id: number;
    count: number;
    told: number;
  }
  const tallies = new Map<string, Tally>();
  let nextId = 0;
  const started = bare<number>();
  const calls = bare<number>();
  let report: Report | null = null;
  let late = bare<Told>();
  let isAlive = false;

  /** Whether to stop for the n-th time the same code did the same. */
  const due = (n: number, unknown: boolean): boolean => {
    if (unknown ? n <= 4 : n === 1) return true;
    let power = 8;
    while (power < n) power *= 8;
    return power === n;
  };
  for (let row = 0; row < options.rows.length; row++) calls[row] = started[row] = 0;
  const hot = (row: number): boolean => {
    const n = (calls[row] ?? 0) + 1;
    calls[row] = n;
    if (n === 1) started[row] = ask(g.now, clock) as number;
    if (n < options.burst) return false;
    calls[row] = 0;
    return (ask(g.now, clock) as number) - (started[row] ?? 0) < options.burstMs;
  };
  const relay = (self: unknown, told: Told): void => {
    // The frame is gone, the debugger stops here no more; its element's realm is told, by an event nobody can listen for.
    ask(g.dispatch, self, construct(NativeCustomEvent, [token, bareOf({ detail: told })]));
  };
  const onRelay = (event: Event): void => {
    const told = ask(g.customDetail, event) as Told | undefined;
    if (told && late.length < 100) late[late.length] = { ...told, stack: sites() ?? [] };
  };

  const waiting = (): boolean => {
    if (late.length > 0) report = { kind: 'late' };
    return late.length > 0;
  };

  const reporter: Reporter = {
    args: [],
    hit(row, self, args) {
      if (args.length === 1 && args[0] === token) {
        isAlive = true;
        return false;
      }
      const watched = options.rows[row];
      if (!watched) return false;
      const { look, detail } = watched;
      if (detail === 1 && look === 'address' && args.length > 1) looks.opened(self, args[1]);
      if (hot(row)) {
        report = { kind: 'hot', row };
        return true;
      }
      const bits = looks.seen(row, look, self, args);
      if (bits === 0) return waiting();
      const told = looks.detailOf(detail, self, args);
      const from = sites();
      let key = `${row} ${bits} ${told ?? ''}`;
      for (let i = 0; i < (from?.length ?? 0) && i < 4; i++)
        key += `\n${from?.[i]?.hash}:${from?.[i]?.line}:${from?.[i]?.column}`;
      let tally = mapGet(tallies, key);
      if (!tally) {
        tally = { id: nextId, count: 0, told: 0 };
        nextId += 1;
        mapSet(tallies, key, tally);
      }
      tally.count += 1;
      // Code that cannot be told apart is stopped for each time; the client's cap ends that.
      if (from && !due(tally.count, bits < 0)) return waiting();
      const count = tally.count - tally.told;
      const act: Told = { kind: 'act', id: tally.id, row, bits: bits < 0 ? 0 : bits, detail: told, count };
      if (ask(g.closed, root) === true) {
        relay(self, act);
        return false;
      }
      tally.told = tally.count;
      report = act;
      const kept = bare<unknown>();
      for (let i = 0; i < args.length && i < 8; i++) kept[i] = args[i];
      reporter.args = kept;
      return true;
    },
    take() {
      const taken = report;
      report = null;
      return taken;
    },
    match: finder.match,
    mark(element, bit) {
      if (looks.mark(element, bit)) ask(g.listen, element, token, onRelay);
    },
    path(element) {
      const list = bare<EventTarget>();
      let node: unknown = element;
      while (node && list.length < 60) {
        list[list.length] = node as EventTarget;
        node = ask(g.parentNode, node) ?? ask(g.host, node);
      }
      const form = ask(g.formOf, element);
      if (form) list[list.length] = form as EventTarget;
      const window = ask(g.defaultView, ask(g.ownerDocument, element));
      if (window) list[list.length] = window as EventTarget;
      return list;
    },
    functions(rows) {
      const list = bare<unknown>();
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i] ?? 0;
        const place = options.rows[row]?.place ?? '';
        list[i] =
          taken.find(place, 'call foreign.') === 0
            ? taken.foreign(taken.slice(place, 13, 99))
            : taken.natives[row];
      }
      return list;
    },
    alive() {
      isAlive = false;
      ask(taken.aliveNative, undefined, token);
      return isAlive;
    },
    drain() {
      const again = bare<readonly [number, number]>();
      mapEach(tallies, (tally) => {
        if (tally.count > tally.told) again[again.length] = [tally.id, tally.count - tally.told];
        tally.told = tally.count;
      });
      const gone = late;
      late = bare<Told>();
      return { late: gone, again };
    },
  };
  return reporter;
}

import type { FilePath } from '@komainu/model';

/** So many acts on one path within {@link FIGHT_MS}: somebody undoes them. */
export const FIGHT_ACTS = 5;
const FIGHT_MS = 60_000;
/** So many paths within {@link BURST_MS}: no single hand, a deploy. */
export const BURST_PATHS = 100;
const BURST_MS = 10_000;
/** So many paths fought over: the root as a whole is. */
export const FIGHTS = 20;

/** Notices that acting has become a fight, or stands in the way of a deploy. Times in ms, from any clock that does not go back. */
export interface Composure {
  /** May these be acted on now? */
  ask(paths: readonly FilePath[], now: number): Answer;
  /** These were acted on. Where nothing had to be done, nobody had undone anything. */
  acted(paths: readonly FilePath[], now: number): void;
}

type Answer =
  | { readonly kind: 'act'; readonly fights: readonly FilePath[] }
  /** Too many at once, or in too short a time: none of them. */
  | { readonly kind: 'burst'; readonly paths: number };

export function keepComposure(): Composure {
  const acts = new Map<FilePath, number[]>();
  const recent = new Map<FilePath, number>();

  const prune = (now: number) => {
    for (const [path, times] of acts) {
      if ((times.at(-1) ?? 0) > now - FIGHT_MS) continue;
      acts.delete(path);
    }
    for (const [path, at] of recent) if (at <= now - BURST_MS) recent.delete(path);
  };
  const within = (path: FilePath, now: number) => (acts.get(path) ?? []).filter((at) => at > now - FIGHT_MS);
  return {
    ask(paths, now) {
      prune(now);
      for (const path of paths) recent.set(path, now);
      const many = recent.size;
      if (many > BURST_PATHS) {
        recent.clear();
        return { kind: 'burst', paths: many };
      }
      const fights = [...new Set(paths)].filter((path) => within(path, now).length >= FIGHT_ACTS);
      return { kind: 'act', fights };
    },
    acted(paths, now) {
      for (const path of new Set(paths)) acts.set(path, [...within(path, now), now]);
    },
  };
}

import type { Artifact, ArtifactName, Artifacts, Blobs, Failure } from '@komainu/model';
import { failure } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import { text } from '@komainu/model';
import type { FrameTree } from '../observe/frame-tree.ts';
import type { Watcher } from '../observe/observer.ts';

type ValueOf<N extends ArtifactName> = Extract<NonNullable<Artifacts[N]>, { kind: 'observed' }>['value'];

/** Records one aspect of a visit. It judges nothing. A failure to record is part of what it gives back. */
export interface Witness<N extends ArtifactName> extends Watcher {
  readonly name: N;
  /** Called once, after the page is left; waits for what is still being stored. */
  finish(): Promise<Artifact<ValueOf<N>>>;
}

/** What every witness of one visit shares. */
export interface Scene {
  readonly blobs: Blobs;
  readonly frames: FrameTree;
  /** Ids of requests that the probe itself made and answered: nothing of them is the page's. */
  readonly ours: Set<string>;
  /** The time a message is recorded with, ms since 1970: the machine's, or the visit's own where that is another. */
  readonly now: () => number;
  /** Whether an address is one the probe gave a script of its own. */
  readonly ownScript: (url: string) => boolean;
}

export const observed = <T>(value: T, gaps: readonly Failure[]): Artifact<T> => ({
  kind: 'observed',
  value,
  gaps,
});

/** Gaps of one witness: equal ones once, not more than a reader can use. */
export class Gaps {
  readonly #seen = new Map<string, Failure>();
  #dropped = 0;

  add(gap: Failure): void {
    const key = `${gap.code}\n${gap.url ?? ''}\n${gap.message.en}`;
    if (this.#seen.has(key)) return;
    if (this.#seen.size < LIMITS.gaps) this.#seen.set(key, gap);
    else this.#dropped += 1;
  }

  /** More of something than is kept. */
  limit(what: { readonly en: string; readonly ja: string }, max: number, url?: string): void {
    this.add(
      failure(
        'limit',
        text(
          `The page made more ${what.en} than are recorded (${max}); the rest was not looked at.`,
          `ページの${what.ja}が記録できる上限（${max}）を超えました。超えた分は見ていません。`,
        ),
        url === undefined ? {} : { url },
      ),
    );
  }

  list(): readonly Failure[] {
    const all = [...this.#seen.values()];
    if (this.#dropped === 0) return all;
    return [
      ...all,
      failure(
        'limit',
        text(`${this.#dropped} more of the like.`, `ほかに同様のものが ${this.#dropped} 件あります。`),
      ),
    ];
  }
}

/** A promise somebody awaits later: until then its rejection must not end the process. */
export function held<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

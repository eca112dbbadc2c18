import { type Artifact, type Canary, type ScriptAct } from '@komainu/model';
import { type Attribution, createAttribution } from '../attribute/attribution.ts';
import { LIMITS } from '../limits.ts';
import { Gaps, observed, type Scene, type Witness } from './witness.ts';

export interface ActsWitness
  extends Witness<'acts'>,
    Pick<Attribution, 'mark' | 'settle' | 'ours' | 'stops'> {}

interface Kept {
  readonly act: Omit<ScriptAct, 'count'>;
  count: number;
}

/** Which script did what with a typed value: told by the debugger, counted here. */
export function actsWitness(scene: Pick<Scene, 'frames'>, canary: Canary): ActsWitness {
  const gaps = new Gaps();
  const acts = new Map<string, Kept>();
  const attribution = createAttribution({
    canary,
    frames: scene.frames,
    gaps,
    happened: (act, count) => {
      const { at: _, ...what } = act;
      const key = JSON.stringify(what);
      let kept = acts.get(key);
      if (kept) {
        // A listener is the same one when it is looked for again.
        if (act.act !== 'listen') kept.count += count;
      } else if (acts.size >= LIMITS.acts) {
        gaps.limit({ en: 'acts with typed values', ja: '入力値に対する操作' }, LIMITS.acts, act.frameUrl);
        return () => undefined;
      } else {
        kept = { act, count };
        acts.set(key, kept);
      }
      const counted = kept;
      return (more) => void (counted.count += more);
    },
  });
  const finish = (): Promise<Artifact<readonly ScriptAct[]>> => {
    attribution.end();
    return Promise.resolve(
      observed(
        [...acts.values()].map(({ act, count }) => ({ ...act, count })),
        gaps.list(),
      ),
    );
  };
  return { name: 'acts', finish, ...attribution };
}

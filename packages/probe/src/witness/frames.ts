import type { Artifact, ObservedFrame } from '@komainu/model';
import { LIMITS } from '../limits.ts';
import { round, type View } from '../page/view.ts';
import { Gaps, observed, type Witness } from './witness.ts';

export interface FramesWitness extends Witness<'frames'> {
  see(view: View): void;
}

/** The tree of frames at the moments the visit looks; a frame that came and went in between is in the wire's record. */
export function framesWitness(): FramesWitness {
  const gaps = new Gaps();
  const seen = new Map<string, ObservedFrame>();

  const see = (view: View): void => {
    for (const gap of view.gaps.frames) gaps.add(gap);
    for (const { frame, placement } of view.frames) {
      if (seen.size >= LIMITS.frames) {
        gaps.limit({ en: 'frames', ja: 'フレーム' }, LIMITS.frames);
        return;
      }
      seen.set(`${frame.id} ${frame.url}`, {
        id: frame.id,
        parent: frame.parent,
        url: frame.url,
        origin: frame.origin,
        name: frame.name,
        rect: placement && {
          x: round(placement.x),
          y: round(placement.y),
          width: round(placement.width),
          height: round(placement.height),
        },
        visible: placement?.visible ?? false,
      });
    }
  };
  const finish = (): Promise<Artifact<readonly ObservedFrame[]>> =>
    Promise.resolve(observed([...seen.values()], gaps.list()));
  return { name: 'frames', attach: () => [], see, finish };
}

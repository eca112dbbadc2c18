import { type Artifact, type ObservedFrame, text } from '@komainu/model';
import { failure } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import { type FrameView, round } from '../page/view.ts';
import { Gaps, observed, type Witness } from './witness.ts';

export interface FramesWitness extends Witness<'frames'> {
  see(view: readonly FrameView[]): void;
}

/** The tree of frames at the moments the visit looks; a frame that came and went in between is in the wire's record. */
export function framesWitness(): FramesWitness {
  const gaps = new Gaps();
  const seen = new Map<string, ObservedFrame>();

  const see = (view: readonly FrameView[]): void => {
    for (const { frame, placement, blind } of view) {
      if (blind !== null)
        gaps.add(
          failure(
            'unreadable',
            text('A frame could not be looked into.', '中を確認できないフレームがありました。'),
            { url: frame.url, detail: blind },
          ),
        );
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

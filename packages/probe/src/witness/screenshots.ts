import { setTimeout as sleep } from 'node:timers/promises';
import { type Artifact, instant, type Screenshot, text } from '@komainu/model';
import { failure } from '../failures.ts';
import type { Target } from '../observe/target.ts';
import { Gaps, observed, type Scene, type Witness } from './witness.ts';

export interface ScreenshotsWitness extends Witness<'screenshots'> {
  take(label: string, page: Target): Promise<void>;
}

/** What a person saw, for people; no detector relies on them. */
export function screenshotsWitness(scene: Scene): ScreenshotsWitness {
  const gaps = new Gaps();
  const shots: Screenshot[] = [];

  const take = async (label: string, page: Target): Promise<void> => {
    const at = instant();
    try {
      // A page that paints nothing (half loaded, in a loop) never answers.
      const { data } = await Promise.race([
        page.session.send('Page.captureScreenshot', { format: 'jpeg', quality: 70, optimizeForSpeed: true }),
        sleep(3_000, null, { ref: false }).then(() => {
          throw new Error('no picture within 3 s');
        }),
      ]);
      const blob = await scene.blobs.put(Buffer.from(data, 'base64'));
      shots.push({ label, at, blob, mime: 'image/jpeg' });
    } catch (error) {
      gaps.add(
        failure(
          'unreadable',
          text('A screenshot could not be taken.', '画面の画像を保存できませんでした。'),
          { detail: error instanceof Error ? error.message : String(error) },
        ),
      );
    }
  };
  const finish = (): Promise<Artifact<readonly Screenshot[]>> =>
    Promise.resolve(observed(shots, gaps.list()));
  return { name: 'screenshots', attach: () => [], take, finish };
}

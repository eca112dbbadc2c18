import { type Failure, text } from '@komainu/model';
import { failure } from '../failures.ts';
import type { Scene } from './scene.ts';
import { ASKS_FOR_PATIENCE, TURNS_ROBOTS_AWAY } from './words.ts';

/** What a visit that minds its manners stops at, before it presses anything. */
export function obstacleOf(scene: Scene, cardReady: boolean): Failure | null {
  const said = `${scene.title} ${scene.headings}`;
  const bare = scene.controls.filter((one) => one.kind !== 'link').length <= 2;
  if (ASKS_FOR_PATIENCE.test(said) || (bare && scene.text.length < 600 && ASKS_FOR_PATIENCE.test(scene.text)))
    return failure(
      'limit',
      text(
        'The shop asks visitors to wait or to come back later; the visit stopped. Check less often, or have the probe admitted by the shop (identify).',
        'ショップが待機または後日の再訪を求めたため、訪問を中止しました。検査の間隔を広げるか、ショップ側で検査の訪問を許可してください（identify）。',
      ),
      { url: scene.url },
    );
  if (bare && scene.text.length < 1_500 && TURNS_ROBOTS_AWAY.test(`${said} ${scene.text}`))
    return failure(
      'limit',
      text(
        'The shop took the visitor for a robot and turned it away; the visit stopped. Have the probe admitted by the shop (identify).',
        'ショップが訪問者を自動アクセスと判断して拒否したため、訪問を中止しました。ショップ側で検査の訪問を許可してください（identify）。',
      ),
      { url: scene.url },
    );
  // Where the card can be typed already, the challenge guards what comes after, and that is not for us.
  if (scene.captcha !== null && !cardReady)
    return failure(
      'step-failed',
      text(
        `A challenge that only a person may solve (${scene.captcha}) stands in the way; the visit never solves one. Have the probe admitted by the shop, or record a journey that does not meet it.`,
        `人だけが解くべき認証（${scene.captcha}）があるため、ここで止まりました。検査では認証を解きません。ショップ側で検査の訪問を許可するか、認証のない経路を記録してください。`,
      ),
      { url: scene.url },
    );
  return null;
}

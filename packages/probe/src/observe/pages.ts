import { type Failure, text } from '@komainu/model';
import { failure } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import type { Watcher } from './observer.ts';
import type { Target } from './target.ts';

/** Which page is walked, and what other pages (popups) the visit met. */
export interface Pages extends Watcher {
  isWalked(target: Target): boolean;
  /** One for each popup: its messages and scripts are recorded, its frames and fields are not looked at. */
  popups(): readonly Failure[];
}

/** The walker opens the first page of its context; every later one was opened by a page. */
export function createPages(): Pages {
  let walked: string | null = null;
  const popups: Failure[] = [];
  const attach = (target: Target): readonly Promise<unknown>[] => {
    if (target.kind !== 'page') return [];
    walked ??= target.id;
    if (target.id !== walked && popups.length < LIMITS.gaps)
      popups.push(
        failure(
          'limit',
          text(
            'The page opened a popup; it was not looked at. Open it yourself and check whether it asks for card data.',
            'ページがポップアップを開きましたが、中は見ていません。開いて、カード情報を求めていないか確認してください。',
          ),
          { url: target.url },
        ),
      );
    return [];
  };
  return { attach, isWalked: (target) => target.id === walked, popups: () => popups };
}

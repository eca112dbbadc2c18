import { type DocumentHeaders, type Failure, text, type Visit } from '@komainu/model';
import { placeOf } from '../address.ts';
import { defineDetector, type Draft } from '../define.ts';
import { landed } from '../headers/documents.ts';
import { shown } from '../show.ts';

/** One address with and without its last slash is one page. */
const trimmed = (place: string): string => place.replace(/\/$/, '');
export const isPage = (url: string, page: string): boolean =>
  trimmed(placeOf(url)) === trimmed(placeOf(page));

/** Did the server itself answer with the payment page? */
export const reached = (headers: readonly DocumentHeaders[], page: string): boolean =>
  headers.some((document) => document.main && landed(document) && isPage(document.url, page));

/**
 * While card payments are halted a journey ends where the card would be chosen: on the payment page, at a step that
 * finds nothing. All of the page up to there was seen, and that is all there is to see.
 */
const haltedHere = (visit: Visit, failure: Failure, headers: readonly DocumentHeaders[]): boolean => {
  const last = headers.findLast((document) => document.main);
  return (
    visit.purpose === 'proof' &&
    failure.code === 'step-not-found' &&
    last !== undefined &&
    landed(last) &&
    isPage(last.url, visit.url)
  );
};

export const journeyBroken = defineDetector({
  id: 'journey-broken',
  title: text('Payment page not reached', '決済ページへの到達'),
  why: text(
    'A check that did not get to the payment page has checked nothing, whatever it saw on the way.',
    '決済ページに到達しなかった検査は、途中で何を見ていたとしても、検査したことになりません。',
  ),
  requires: ['visit', 'walk', 'headers', 'frames'],
  detect({ visit, walk, headers, frames }) {
    const drafts: Draft[] = [];
    const { failure } = walk;
    if (failure !== null && !haltedHere(visit, failure, headers)) {
      const step = failure.step === undefined ? null : failure.step + 1;
      drafts.push({
        subject: `${failure.code}${step === null ? '' : `:step-${step}`}`,
        grade: 'unobserved',
        severity: 'high',
        title: text(
          `The visit stopped${step === null ? '' : ` at step ${step}`}: ${shown(failure.message.en, 200)}`,
          `訪問が${step === null ? '途中' : `手順${step}`}で止まりました：${shown(failure.message.ja, 200)}`,
        ),
        detail: text(
          `${shown(failure.message.en, 400)}${failure.detail === undefined ? '' : ` (${shown(failure.detail, 160)})`} What comes after it was not checked.`,
          `${shown(failure.message.ja, 400)}${failure.detail === undefined ? '' : `（${shown(failure.detail, 160)}）`}これより後の部分は検査できていません。`,
        ),
        references: [
          {
            label: failure.url ?? visit.url,
            blob: visit.journey.blob,
            pointer: '/failure',
            role: 'step',
          },
        ],
      });
    }
    // A shop of one page (a client-side router) shows the payment page without asking the server for it.
    const routed = frames.some((frame) => frame.parent === null && isPage(frame.url, visit.url));
    if (!reached(headers, visit.url) && !(routed && headers.some((one) => one.main && landed(one))))
      drafts.push({
        subject: 'not-reached',
        grade: 'unobserved',
        severity: 'high',
        title: text(
          `The payment page ${shown(visit.url)} was not reached.`,
          `決済ページ ${shown(visit.url)} に到達できませんでした。`,
        ),
        detail: text(
          'No document with this address was answered with success. Check that the shop is up and that the journey still leads to it.',
          'このアドレスのページが正常に表示されませんでした。ショップが稼働しているか、手順が今のページ構成に合っているかを確認してください。',
        ),
        references: [{ label: visit.url, blob: null, pointer: '/visit/url', role: 'step' }],
      });
    return drafts;
  },
});

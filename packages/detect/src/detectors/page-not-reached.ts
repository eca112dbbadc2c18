import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';
import { landed, reached, refused, shows } from '../headers/documents.ts';
import { shown } from '../show.ts';

export const pageNotReached = defineDetector({
  id: 'page-not-reached',
  title: text('Payment page not reached', '決済ページへの到達'),
  why: text(
    'A check that did not get to the payment page has checked nothing, whatever it saw on the way.',
    '決済ページに到達しなかった検査は、途中で何を見ていたとしても、検査したことになりません。',
  ),
  requires: ['visit', 'headers', 'frames'],
  detect({ visit, headers, frames }) {
    // A shop of one page (a client-side router) shows the payment page without asking the server for it.
    const there = shows(frames, visit.url);
    const routed = there && headers.some((one) => one.main && landed(one));
    // A proof rests on the page itself: not on a pop-up of its address, nor on a page that was there a moment ago.
    const proved = visit.purpose !== 'proof' || (there && !refused(headers, visit.url));
    if (proved && (reached(headers, visit.url) || routed)) return [];
    return [
      {
        subject: 'page',
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
      },
    ];
  },
});

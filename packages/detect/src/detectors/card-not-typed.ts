import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';

export const cardNotTyped = defineDetector({
  id: 'card-not-typed',
  title: text('Card not typed', 'カード番号の入力'),
  why: text(
    'A skimmer wakes up when a card is typed. A visit that typed none has not put the question.',
    '情報を盗むスクリプトは、カード番号が入力されて初めて動きます。入力しなかった訪問では、確かめたことになりません。',
  ),
  requires: ['visit', 'cardFields'],
  detect({ visit, cardFields }, { baseline }) {
    // Card payments are halted: there must be nowhere to type one, and whoever proves the halt looks for that.
    if (visit.purpose === 'proof' && cardFields.length === 0) return [];
    // Approved as a page without card fields (the provider's own page takes the card): nothing to type.
    if (baseline !== null && baseline.cardFields.length === 0 && cardFields.length === 0) return [];
    if (cardFields.some((one) => one.field === 'number' && one.typedAt !== null)) return [];
    const none = cardFields.length === 0;
    return [
      {
        subject: none ? 'no-field' : 'not-typed',
        grade: 'unobserved',
        severity: 'medium',
        title: none
          ? text('No card field was found on the page.', 'ページにカード入力欄が見つかりませんでした。')
          : text(
              'A card field was found, but no card number could be typed into it.',
              'カード入力欄は見つかりましたが、カード番号を入力できませんでした。',
            ),
        detail: text(
          'Where typed card data goes could therefore not be checked. See whether card payment is offered at the moment and whether the journey leads to it.',
          'このため、入力したカード情報の送信先を検査できませんでした。現在カード決済が選べる状態か、手順がそこまで進んでいるかを確認してください。',
        ),
      },
    ];
  },
});

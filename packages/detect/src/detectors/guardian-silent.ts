import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';

export const guardianSilent = defineDetector({
  id: 'guardian-silent',
  title: text('Guardian not heard of', '番人からの連絡の途絶'),
  why: text(
    'Whoever takes over a server stops what watches it first.',
    'サーバーを乗っ取った者は、まず監視を止めます。',
  ),
  requires: ['silence'],
  detect({ silence: { guardian, kind, lastSeen } }) {
    const since = lastSeen ?? 'never';
    const en = kind === 'guard' ? 'The guard on the shop’s server' : 'The probe that visits the payment page';
    const ja = kind === 'guard' ? 'サーバー上の番人（guard）' : '決済ページを訪問する番人（probe）';
    return [
      {
        subject: guardian,
        grade: 'unobserved',
        severity: 'high',
        title: text(`${en} (${guardian}) is silent.`, `${ja}「${guardian}」からの連絡が途絶えています。`),
        detail: text(
          `${lastSeen === null ? 'It was never heard of.' : `It was last heard of at ${since}.`} While it is silent, changes go unnoticed. See whether its machine, its network and its process are up, and whether somebody stopped it.`,
          `${lastSeen === null ? 'まだ一度も連絡がありません。' : `最後の連絡は ${since} です。`}この間の変化には気づけません。機器、ネットワーク、プロセスが動いているか、誰かが止めていないかを確認してください。`,
        ),
      },
    ];
  },
});

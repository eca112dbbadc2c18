import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';

const WHY = {
  replayed: text(
    'its count does not go up: it was recorded and sent again, or the guard’s data was put back to an older state',
    'カウンターが増えていません。記録した通信の再送か、番人のデータが古い状態に戻されています',
  ),
  unsigned: text('it carries no signature', '署名がありません'),
  forged: text(
    'it is not signed by the key this guard was enrolled with',
    '登録済みの鍵による署名ではありません',
  ),
};

export const falseHeartbeat = defineDetector({
  id: 'false-heartbeat',
  title: text('False sign of life', '偽のハートビート'),
  why: text(
    'Whoever stops a guard keeps it seemingly alive, so that its silence is not noticed.',
    '番人を止めた者は、沈黙に気づかれないよう、動いているように見せかけます。',
  ),
  requires: ['heartbeat'],
  detect: ({ heartbeat: { guardian, why } }) => [
    {
      subject: `${why} ${guardian}`,
      grade: 'unobserved',
      severity: 'high',
      title: text(
        `A heartbeat in the name of guard ${guardian} was refused.`,
        `番人「${guardian}」を名乗るハートビートを拒否しました。`,
      ),
      detail: text(
        `Reason: ${WHY[why].en}. Whoever sent it holds the server’s token. See whether the guard runs; change the token; if you gave the guard a new key yourself, write it into the configuration (komainu guard key shows it).`,
        `理由：${WHY[why].ja}。送信者はサーバーのトークンを持っています。番人が動いているか確認し、トークンを変更してください。鍵をご自身で替えた場合は、設定ファイルに新しい鍵を書いてください（komainu guard key で表示できます）。`,
      ),
    },
  ],
});

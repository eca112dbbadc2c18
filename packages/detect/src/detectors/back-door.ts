import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';
import { draftsOf } from '../signs/say.ts';

export const backDoor = defineDetector({
  id: 'back-door',
  title: text('Back door in code', 'コードに仕込まれたバックドア'),
  why: text(
    'Whoever altered a shop once leaves a way back in: a line that runs whatever is sent to it.',
    '一度ショップを改ざんした者は、送られてきたものを何でも実行する一行を残し、また入れるようにします。',
  ),
  requires: ['signs'],
  detect: ({ signs }) => draftsOf(signs, 'back-door', ADVICE),
});

const ADVICE = text(
  'Stop card payments, keep the file, look in the access log for who called it, and restore it from the seal.',
  'カード決済を停止し、ファイルを保全したうえで、呼び出した者をアクセスログで調べ、封印時の内容に戻してください。',
);

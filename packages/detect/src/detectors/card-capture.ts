import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';
import { draftsOf } from '../signs/say.ts';

export const cardCapture = defineDetector({
  id: 'card-capture',
  title: text('Code that takes card data on the server', 'サーバー上でカード情報を盗むコード'),
  why: text(
    'Card data is read on the server, stored in a picture or the database or sent on; the payment page looks untouched.',
    'サーバー上でカード情報を読み取り、画像やデータベースに溜めたり外部へ送ったりする手口です。決済ページには何も現れません。',
  ),
  requires: ['signs'],
  detect: ({ signs }) => draftsOf(signs, 'card-capture', ADVICE),
});

const ADVICE = text(
  'Stop card payments, keep the file, and find out where the data went and since when.',
  'カード決済を停止し、ファイルを保全したうえで、いつから、どこへ情報が渡ったかを調べてください。',
);

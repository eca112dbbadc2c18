import { text, type WireMessage } from '@komainu/model';
import { hostOf, originOf } from '../address.ts';
import { defineDetector, type Draft } from '../define.ts';
import { shown } from '../show.ts';

export const unseenBody = defineDetector({
  id: 'unseen-body',
  title: text('Message whose content was not seen', '内容を確認できなかった送信'),
  why: text(
    'A streamed upload, for one, is not handed over by the browser. What was not read may hold the card.',
    'ストリーム送信など、ブラウザーから内容を受け取れない送信があります。読めなかった部分にカード情報が含まれているかもしれません。',
  ),
  requires: ['wire'],
  detect({ wire }, { bodies }) {
    return wire.flatMap((message, index) => {
      if (message.body.kind === 'unseen') return [unseen(message, index, message.body.reason)];
      if (message.body.kind === 'bytes' && message.body.bytes > 0 && bodies(message.body.blob) === undefined)
        return [unseen(message, index, 'the stored body is missing')];
      return [];
    });
  },
});

function unseen(message: WireMessage, index: number, reason: string): Draft {
  const host = shown(hostOf(message.url));
  return {
    subject: `${message.method} ${originOf(message.url)}`,
    grade: 'unobserved',
    severity: 'medium',
    title: text(
      `The content of a message to ${host} could not be read.`,
      `${host} への送信内容を読み取れませんでした。`,
    ),
    detail: text(
      `Reason: ${shown(reason, 160)}. Whether card data was in the ${shown(message.method, 12)} request to ${shown(message.url, 160)} is unknown. Find out what sends it, and have it sent in a way that can be read.`,
      `理由：${shown(reason, 160)}。${shown(message.url, 160)} への${shown(message.method, 12)}リクエストにカード情報が含まれていたかどうかは不明です。何が送信しているかを調べ、内容を確認できる方法に改めてください。`,
    ),
    references: [
      {
        label: message.url,
        blob: message.body.kind === 'bytes' ? message.body.blob : null,
        pointer: `/artifacts/wire/value/${index}`,
        role: 'message',
      },
    ],
  };
}

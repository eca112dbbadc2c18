import { text, type WireMessage } from '@komainu/model';
import { hostOf, leaves, originOf, steadyOrigin } from '../address.ts';
import { defineDetector, type Draft } from '../define.ts';
import { listed, shown } from '../show.ts';

export const unapprovedDestination = defineDetector({
  id: 'unapproved-destination',
  title: text('Destination nobody has approved', '承認されていない送信先'),
  why: text(
    'Whatever is taken has to go somewhere, and however it is encrypted, the address it goes to is in the open.',
    '盗まれた情報は必ずどこかへ送られます。どれほど暗号化されていても、送信先のアドレスは隠せません。',
  ),
  requires: ['wire'],
  detect({ wire }, { baseline }) {
    const approved = new Set(baseline?.destinations.map(({ origin }) => origin));
    const strangers = new Map<string, { message: WireMessage; index: number }[]>();
    for (const [index, message] of wire.entries()) {
      const origin = originOf(message.url);
      if (!leaves(message.url) || approved.has(origin)) continue;
      const known = strangers.get(origin);
      if (known === undefined) strangers.set(origin, [{ message, index }]);
      else known.push({ message, index });
    }
    if (baseline === null) return strangers.size === 0 ? [] : [nothingApproved([...strangers.keys()].sort())];
    return [...strangers].map(([origin, messages]) => stranger(origin, messages));
  },
});

/** Room for a card number in any encoding. */
const carries = ({ body, url, method }: WireMessage): boolean =>
  body.kind !== 'none' || method === 'POST' || (url.split('?')[1]?.length ?? 0) >= 16;

function stranger(
  origin: string,
  messages: readonly { readonly message: WireMessage; readonly index: number }[],
): Draft {
  const host = shown(origin === 'invalid:' ? (messages[0]?.message.url ?? origin) : hostOf(origin));
  const carriers = messages.filter(({ message }) => carries(message));
  const senders = [...new Set(messages.flatMap(({ message }) => message.initiator.url ?? []))];
  return {
    subject: steadyOrigin(origin),
    grade: 'changed',
    severity: carriers.length > 0 ? 'high' : 'medium',
    title:
      carriers.length > 0
        ? text(
            `The page sent data to ${host}, which nobody has approved.`,
            `ページが、承認されていない ${host} へデータを送信しました。`,
          )
        : text(
            `The page contacted ${host}, which nobody has approved.`,
            `ページが、承認されていない ${host} に接続しました。`,
          ),
    detail: text(
      `${messages.length} ${messages.length === 1 ? 'request' : 'requests'}${senders.length > 0 ? `, caused by ${listed(senders, 'en')}` : ''}. Had the typed card been recognised in them, that would be told separately. If you know this host, approve it with its owner and purpose; if not, find out which script calls it.`,
      `リクエスト${messages.length}件${senders.length > 0 ? `（発生元：${listed(senders, 'ja')}）` : ''}。この中に入力したカード情報が見つかっていれば、別の項目でお知らせしています。心当たりのある送信先であれば、担当者と目的を記録して承認してください。ない場合は、どのスクリプトが接続しているかを調べてください。`,
    ),
    references: [...carriers, ...messages.filter((one) => !carriers.includes(one))]
      .slice(0, 10)
      .map(({ message, index }) => ({
        label: message.url,
        blob: message.body.kind === 'bytes' ? message.body.blob : null,
        pointer: `/artifacts/wire/value/${index}`,
        role: 'message',
      })),
  };
}

function nothingApproved(origins: readonly string[]): Draft {
  return {
    subject: 'no-baseline',
    grade: 'changed',
    severity: 'low',
    title: text(
      `The page talks to ${origins.length} hosts and none has been approved yet.`,
      `このページは${origins.length}か所と通信していますが、まだどれも承認されていません。`,
    ),
    detail: text(
      `They are ${listed(origins, 'en', 12)}. Check that you know each of them, then approve the page.`,
      `通信先：${listed(origins, 'ja', 12)}。すべて心当たりがあることを確かめてから、ページを承認してください。`,
    ),
    references: origins.map((origin) => ({ label: origin, blob: null, pointer: null, role: 'message' })),
  };
}

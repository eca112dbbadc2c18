import { text } from '@komainu/model';
import { hostOf } from '../address.ts';
import { grantOf } from '../allowance.ts';
import { defineDetector } from '../define.ts';
import { foreignKeys, partsOf } from '../keys.ts';
import { label, listed, shown } from '../show.ts';

export const foreignKey = defineDetector({
  id: 'foreign-key',
  title: text("Payment call on someone else's behalf", '他者名義の決済呼び出し'),
  why: text(
    "The payment provider's own API is on every allow-list. A skimmer that calls it with its own key collects the cards there.",
    '決済代行会社のAPIはどの許可リストにも載っています。攻撃者は自分の鍵でそのAPIを呼び出し、カード情報を集めます。',
  ),
  requires: ['visit', 'wire'],
  detect({ visit, wire }, { baseline, bodies }) {
    return wire.flatMap((message, index) => {
      const { keys = [] } = grantOf(baseline, message) ?? {};
      if (keys.length === 0) return [];
      const foreign = foreignKeys(partsOf(message, visit.canary, bodies), keys);
      const [first] = foreign;
      if (first === undefined) return [];
      const host = shown(hostOf(message.url));
      const approved = keys.map(({ value }) => value);
      return [
        {
          subject: `${message.method} ${label(message.url.replace(/[?#].*$/s, ''), 200)} ${first.part}`,
          grade: 'tampered' as const,
          severity: 'critical' as const,
          title: text(
            `The payment provider's API at ${host} was called with someone else's key.`,
            `決済代行会社 ${host} のAPIが、他者の鍵で呼び出されました。`,
          ),
          detail: text(
            `The part "${shown(first.part, 60)}" says ${shown(first.value, 60)}; approved is ${listed(approved, 'en')}. The card goes to the account of whoever owns that key. Stop card payments; if you changed accounts yourselves, approve the page again.`,
            `「${shown(first.part, 60)}」の値が ${shown(first.value, 60)} になっています（承認済みの値：${listed(approved, 'ja')}）。カード情報は、その鍵の持ち主のアカウントに渡ります。カード決済を停止してください。自社で契約を変更した場合は、ページを承認し直してください。`,
          ),
          references: [
            {
              label: message.url,
              blob: message.body.kind === 'bytes' ? message.body.blob : null,
              pointer: `/artifacts/wire/value/${index}`,
              role: 'message' as const,
            },
          ],
        },
      ];
    });
  },
});

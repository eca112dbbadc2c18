import { type ObservedCardField, type ObservedFrame, text } from '@komainu/model';
import { documentOf, hostOf } from '../address.ts';
import { type Context, defineDetector, type Draft } from '../define.ts';
import { listed, shown } from '../show.ts';

export const paymentFrame = defineDetector({
  id: 'payment-frame',
  title: text('Card field or frame that belongs to someone else', '決済フレームとカード入力欄'),
  why: text(
    "A fake form is laid over the payment provider's frame: the customer types into the attacker's, and often pays afterwards as if nothing had happened.",
    '決済代行会社のフレームの上に偽の入力欄を重ねる手口です。利用者は攻撃者の欄に入力し、その後は何事もなかったように決済が完了します。',
  ),
  requires: ['frames', 'cardFields'],
  detect({ frames, cardFields }, context) {
    if (context.baseline === null) return [];
    return [...foreignFields(cardFields, context), ...foreignFrames(frames, cardFields, context)];
  },
});

function foreignFields(cardFields: readonly ObservedCardField[], { baseline }: Context): readonly Draft[] {
  const approved = baseline?.cardFields ?? [];
  return cardFields.flatMap((one, index): readonly Draft[] => {
    if (approved.some(({ field, origin }) => field === one.field && origin === one.origin)) return [];
    // The provider asking for one field more is a release of theirs; a field of anyone else's is not.
    const provider = approved.some(({ origin }) => origin === one.origin);
    const host = shown(hostOf(one.origin === 'null' ? one.frameUrl : one.origin));
    const expected = [...new Set(approved.map(({ origin }) => origin))];
    return [
      {
        subject: `field:${one.field} ${one.origin}`,
        grade: provider ? 'changed' : 'tampered',
        severity: provider ? 'high' : 'critical',
        title: provider
          ? text(
              `${host} asks for card data it did not ask for before (${one.field}).`,
              `${host} が、これまでなかったカード情報（${one.field}）の入力を求めています。`,
            )
          : text(
              `Customers are asked to type card data (${one.field}) into a field of ${host}, where none is approved.`,
              `承認されていない ${host} の入力欄で、カード情報（${one.field}）の入力が求められています。`,
            ),
        detail: text(
          `The field ${shown(one.selector)} lies in ${shown(one.frameUrl, 120)}. ${expected.length > 0 ? `Card data is approved to be typed only into ${listed(expected, 'en')}.` : 'No card field is approved on this page.'} ${provider ? 'Ask the provider, then approve it.' : 'It may be a fake form. Stop card payments and find out what put it there.'}`,
          `入力欄 ${shown(one.selector)} は ${shown(one.frameUrl, 120)} にあります。${expected.length > 0 ? `カード情報の入力が承認されているのは ${listed(expected, 'ja')} だけです。` : 'このページで承認されたカード入力欄はありません。'}${provider ? '決済代行会社に確認のうえ、承認してください。' : '偽の入力フォームの可能性があります。カード決済を停止し、何がこの欄を表示したかを調べてください。'}`,
        ),
        references: [
          { label: one.frameUrl, blob: null, pointer: `/artifacts/cardFields/value/${index}`, role: 'field' },
        ],
      },
    ];
  });
}

type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
const overlap = (a: Area | null, b: Area | null): boolean =>
  a !== null &&
  b !== null &&
  a.x < b.x + b.width &&
  b.x < a.x + a.width &&
  a.y < b.y + b.height &&
  b.y < a.y + a.height;

function foreignFrames(
  frames: readonly ObservedFrame[],
  cardFields: readonly ObservedCardField[],
  { baseline }: Context,
): readonly Draft[] {
  return frames.flatMap((frame, index): readonly Draft[] => {
    const place = documentOf(frame.url);
    // A frame that never left about:blank holds what its parent wrote; its code is judged as scripts are.
    const blank = frame.parent !== null && place === 'about:blank' && !frame.visible;
    if (baseline?.frames.includes(place) === true || blank) return [];
    const over = frame.visible && cardFields.some((field) => overlap(frame.rect, field.rect));
    return [
      {
        subject: `frame:${place}`,
        grade: 'changed',
        severity: over ? 'critical' : frame.visible ? 'high' : 'medium',
        title: over
          ? text(
              `A frame of ${shown(place)}, which nobody has approved, covers a card field.`,
              `承認されていない ${shown(place)} のフレームが、カード入力欄に重なっています。`,
            )
          : text(
              `The page holds a ${frame.visible ? '' : 'hidden '}frame of ${shown(place)}, which nobody has approved.`,
              `承認されていない ${shown(place)} の${frame.visible ? '' : '見えない'}フレームがページ内にあります。`,
            ),
        detail: text(
          'If it is your payment provider’s or another supplier’s, approve it; if not, find out what put it there: a foreign frame can show a false payment form at any time.',
          '決済代行会社や取引先のフレームであれば承認してください。そうでない場合は、何が差し込んだかを調べてください。外部のフレームは、いつでも偽の決済画面を表示できます。',
        ),
        references: [
          { label: frame.url, blob: null, pointer: `/artifacts/frames/value/${index}`, role: 'frame' },
        ],
      },
    ];
  });
}

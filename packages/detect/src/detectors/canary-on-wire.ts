import { type Baseline, type CardField, text } from '@komainu/model';
import { documentOf, hostOf, originOf, parseUrl } from '../address.ts';
import { isDisguise } from '../canary/encodings.ts';
import { leaksOf, type Sighted } from '../canary/leaks.ts';
import { defineDetector, type Draft } from '../define.ts';
import { shown } from '../show.ts';

const FIELDS: Readonly<Record<CardField, { readonly en: string; readonly ja: string }>> = {
  number: text('The card number', 'カード番号'),
  expiry: text('The expiry date', '有効期限'),
  code: text('The security code', 'セキュリティコード'),
  holder: text("The cardholder's name", 'カード名義人'),
};

const SEVERITY = { tampered: ['critical', 'high'], changed: ['medium', 'low'] } as const;

/** The granted call itself: its own method and path, and only the fields granted to it. */
export const granted = (baseline: Baseline | null, { message }: Sighted, field: CardField): boolean => {
  const url = parseUrl(message.url);
  return (baseline?.destinations ?? [])
    .filter((destination) => destination.origin === url?.origin)
    .flatMap((destination) => destination.cards)
    .some(
      (card) => card.method === message.method && card.path === url?.pathname && card.fields.includes(field),
    );
};

/** The document or script that sent it, as far as the initiator tells. */
export const sender = ({ message }: Pick<Sighted, 'message'>): string | null =>
  message.initiator.stack.find((frame) => frame.url !== '')?.url ?? message.initiator.url;

export const canaryOnWire = defineDetector({
  id: 'canary-on-wire',
  title: text('Card data on its way out', 'カード情報の送信先'),
  why: text(
    'A skimmer has to send what it took. The card typed in a visit exists nowhere else, so wherever it turns up, the page sent it.',
    '情報を盗むスクリプトは、盗んだ情報を必ずどこかへ送信します。訪問時に入力したカード番号はほかのどこにも存在しないため、現れた場所がそのまま送信先です。',
  ),
  requires: ['visit', 'wire'],
  detect({ visit, wire }, { baseline, bodies }) {
    const { sighted, exhausted } = leaksOf(visit.canary, wire, bodies);
    const origins = new Set(sighted.map(({ message }) => originOf(message.url)));
    const drafts = sighted.flatMap((one) =>
      one.fields
        .filter((field) => !granted(baseline, one, field))
        .map((field) => leak(one, field, baseline, origins.size > 1)),
    );
    return [...drafts, ...exhausted.map(({ message, index }) => unread(message.url, index))];
  },
});

function leak(one: Sighted, field: CardField, baseline: Baseline | null, elsewhere: boolean): Draft {
  const { message, index, encodings, place } = one;
  const host = hostOf(message.url);
  const hidden = isDisguise(encodings);
  // Before anything is approved, one plain call may be the shop's own provider; a disguise or a second copy is not.
  const payment = message.outcome.kind === 'answered' && !hidden;
  const tampered = baseline !== null || hidden || (elsewhere && !payment);
  const script = sender(one);
  const by = script === null ? null : shown(script);
  return {
    subject: `${field}:${message.method} ${steady(one)}`,
    grade: tampered ? 'tampered' : 'changed',
    // What travels with a number is told after the number itself.
    severity: SEVERITY[tampered ? 'tampered' : 'changed'][field === 'number' ? 0 : 1],
    title: tampered
      ? text(
          `${FIELDS[field].en} typed on the page was sent to ${shown(host)}${hidden ? ', in disguise' : ''}.`,
          `ページに入力した${FIELDS[field].ja}が${hidden ? '、見分けにくい形に変換されて' : ''} ${shown(host)} へ送信されました。`,
        )
      : text(
          `${FIELDS[field].en} is sent to ${shown(host)}, which nobody has approved yet.`,
          `${FIELDS[field].ja}が、まだ承認されていない ${shown(host)} へ送信されています。`,
        ),
    detail: text(
      `Seen in the ${shown(place)} of a ${shown(message.method, 12)} request (${shown(message.resource, 20)}) to ${shown(message.url, 160)}, ${encodings.length === 0 ? 'as typed' : `encoded as ${encodings.join(', then ')}`}${by === null ? '' : `, sent by ${by}`}. ${
        tampered
          ? 'No approval covers this. Stop card payments and look at the script that sent it.'
          : 'If this is your payment provider, approve it; if you do not know it, stop card payments.'
      }`,
      `${shown(message.url, 160)} への${shown(message.method, 12)}リクエスト（${shown(message.resource, 20)}）の ${shown(place)} に、${encodings.length === 0 ? '入力したままの形' : `${encodings.join(' → ')} の形`}で含まれていました${by === null ? '' : `（送信元：${by}）`}。${
        tampered
          ? 'この送信は承認されていません。カード決済を停止し、送信元のスクリプトを確認してください。'
          : 'ご利用の決済代行会社であれば承認してください。心当たりがない場合は、カード決済を停止してください。'
      }`,
    ),
    references: [
      {
        label: message.url,
        blob: message.body.kind === 'bytes' ? message.body.blob : null,
        pointer: `/artifacts/wire/value/${index}`,
        role: 'message',
      },
      ...(script === null ? [] : [{ label: script, blob: null, pointer: null, role: 'script' as const }]),
    ],
    leak: { field, encodings, channel: `${message.resource} ${place}`, destination: message.url, script },
  };
}

/** The destination under one name in every visit, though the canary in its path or host differs each time. */
function steady({ message, place }: Sighted): string {
  if (place === 'path') return originOf(message.url);
  if (place === 'host') return `*.${hostOf(message.url).split('.').slice(-2).join('.')}`;
  return documentOf(message.url);
}

const unread = (url: string, index: number): Draft => ({
  subject: `unread:${originOf(url)}`,
  grade: 'unobserved',
  severity: 'high',
  title: text(
    `A message to ${shown(hostOf(url))} was too large or too deeply encoded to be searched for card data.`,
    `${shown(hostOf(url))} への送信内容が大きすぎるか複雑すぎるため、カード情報の有無を最後まで調べられませんでした。`,
  ),
  detail: text(
    `The message to ${shown(url, 160)} was read as far as the limit and nothing was found, but the rest is unknown. Ask whoever runs that script what it sends.`,
    `${shown(url, 160)} への送信内容を上限まで調べましたが、残りの部分は分かりません。このスクリプトの提供元に、何を送信しているか確認してください。`,
  ),
  references: [{ label: url, blob: null, pointer: `/artifacts/wire/value/${index}`, role: 'message' }],
});

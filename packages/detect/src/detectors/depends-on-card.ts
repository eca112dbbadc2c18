import { type Baseline, type CardField, type Text, text } from '@komainu/model';
import { destinationOf, takesCards } from '../allowance.ts';
import { hostOf, originOf } from '../address.ts';
import { defineCheckDetector, type Draft, type Visited } from '../define.ts';
import { compared } from '../differ/compare.ts';
import { type Dependence, dependences } from '../differ/dependence.ts';
import { firstSix } from '../differ/first-six.ts';
import { opaquePayloads } from '../differ/opaque.ts';
import { initiatorOf } from '../differ/sent.ts';
import { differenceOf, sidesOf } from '../differ/show.ts';
import { listed, shown } from '../show.ts';
import { namesOf } from '../words.ts';

export const dependsOnCard = defineCheckDetector({
  id: 'depends-on-card',
  title: text('Messages that depend on the card', 'カードによって変わる送信内容'),
  why: text(
    'A good cipher hides what is sent, not that it changes with the card: visits that differ in nothing else show it.',
    '暗号は内容を隠せても、カードによって内容が変わることまでは隠せません。カード以外の条件をそろえた訪問どうしを比べると分かります。',
  ),
  requires: ['wire'],
  detect(visits, context) {
    const { baseline, bodies } = context;
    const comparison = compared(visits, bodies);
    if (comparison === null) return isCompared(visits) ? [notProved(visits)] : [];
    const found = dependences(comparison, baseline);
    const told = new Set(found.map(({ template }) => template));
    return [
      ...found.map((one) => draftOf(one, baseline, comparison.rounds)),
      ...opaquePayloads(comparison, visits, context, told),
      ...firstSix(visits, baseline, bodies, told),
    ];
  },
});

/** One free visit alone is a check that compares nothing, by decision or because there was nowhere to type a card. */
const isCompared = (visits: readonly Visited[]): boolean =>
  visits.filter(({ recording }) => recording.visit.role !== undefined).length > 1;

function notProved(visits: readonly Visited[]): Draft {
  const failed = visits.find(
    ({ recording: { visit, failure } }) => visit.role?.kind === 'pinned' && failure !== null,
  )?.recording.failure;
  return {
    subject: 'not-proved',
    grade: 'unobserved',
    severity: 'high',
    title: text(
      'Whether encrypted data depends on the card could not be proved.',
      '暗号化された送信内容がカードによって変わるかどうかを確かめられませんでした。',
    ),
    detail: text(
      `That takes two visits that differ in nothing but the card; this check has no such pair${failed ? `: ${shown(failed.message.en, 200)}` : '.'} What was sent in the clear was searched all the same. Check again.`,
      `確認にはカード以外の条件をそろえた2回の訪問が必要ですが、この検査では揃いませんでした${failed ? `：${shown(failed.message.ja, 200)}` : '。'}暗号化されていない送信内容は通常どおり調べています。もう一度検査してください。`,
    ),
  };
}

type Said = Pick<Draft, 'grade' | 'severity' | 'confidence' | 'title' | 'detail'>;

function draftOf(one: Dependence, baseline: Baseline | null, rounds: number): Draft {
  const { chief, template, others } = one;
  return {
    subject: template,
    ...said(one, baseline, rounds),
    references: [...sidesOf(chief), ...others.slice(0, 3).flatMap(sidesOf)],
    difference: differenceOf(chief),
  };
}

function said(one: Dependence, baseline: Baseline | null, rounds: number): Said {
  const { chief, origin, sure } = one;
  const known = destinationOf(baseline, origin) !== undefined;
  const host = shown(hostOf(origin));
  const how = evidence(one, rounds);
  if (chief.tells.kind === 'part')
    return chief.tells.part === 'length' ? aSwitch(host, known, how, sure) : lastFour(host, how);
  if (sure === 'undecided') return undecided(host, how);
  if (sure === 'slight' || sure === 'ambiguous') return slight(host, known, how, sure);
  const fields = chief.tells.kind === 'fields' ? chief.tells.fields : null;
  const what =
    fields === null ? text('data made from the card', 'カード情報から作られたデータ') : namesOf(fields);
  const tampered = isTampering(one, baseline, fields);
  return {
    grade: tampered ? 'tampered' : 'changed',
    severity: tampered ? (fields === null || fields.includes('code') ? 'critical' : 'high') : 'high',
    confidence: 'certain',
    title: text(
      `The page sends ${host} ${what.en}${tampered ? ', and nobody has approved that' : ''}.`,
      `ページが${tampered ? '、承認されていないにもかかわらず、' : ''}${what.ja}を ${host} へ送信しています。`,
    ),
    detail: text(
      `${how.en} Whatever it is encrypted with, it comes from the card. ${
        tampered
          ? 'Stop card payments and look at the script that sent it.'
          : 'If this is how your payment provider takes the card, approve the call; if you do not know it, stop card payments.'
      }`,
      `${how.ja}どのような方式で暗号化されていても、カード情報がもとになっています。${
        tampered
          ? 'カード決済を停止し、送信元のスクリプトを確認してください。'
          : '決済代行会社の正規の処理であれば、この送信を承認してください。心当たりがない場合は、カード決済を停止してください。'
      }`,
    ),
  };
}

/** Where the baseline allows it nowhere else, two calls are looked at by a person before payments are stopped. */
function isTampering(
  { chief, origin }: Dependence,
  baseline: Baseline | null,
  fields: readonly CardField[] | null,
): boolean {
  const message = chief.a.sent?.message ?? chief.b.sent?.message ?? null;
  // What the configuration names as the payment call takes the card by its nature.
  if (baseline === null || message?.outcome.kind === 'answered') return false;
  const destination = destinationOf(baseline, origin);
  // A name or a date alone, to a place the page talks to anyway, may be the shop's own form.
  const harmless = fields !== null && fields.every((field) => field === 'holder' || field === 'expiry');
  if (harmless && destination !== undefined) return false;
  // The provider's own frame on another path of its own server. In the page itself a stranger's script runs too.
  const page = originOf(chief.a.visited.recording.visit.url);
  const own = message !== null && originOf(message.frameUrl) === origin && origin !== page;
  return !(own && takesCards(destination));
}

const HOW: Readonly<Record<Dependence['chief']['kind'], Text>> = {
  value: text('says something else', '内容が変わります'),
  presence: text('is sent with one card and not with the other', '一方のカードのときだけ送られます'),
  count: text('is sent more often with one card than with the other', '送られる回数が変わります'),
  order: text('leaves in another order', '送られる順序が変わります'),
  length: text('has another length', '長さが変わります'),
  timing: text('leaves at another time', '送られる時刻が変わります'),
};

/** What was seen, in two sentences. */
function evidence({ chief, template, others }: Dependence, rounds: number): Text {
  const message = chief.a.sent?.message ?? chief.b.sent?.message ?? null;
  const by = message === null ? null : shown(initiatorOf(message), 120);
  const part = chief.part === '' ? null : shown(chief.part, 60);
  const more = [...new Set(others.flatMap((other) => (other.part === '' ? [] : [other.part])))];
  const pairs = rounds === 1 ? text('one pair', '1組') : text(`${rounds} pairs`, `${rounds}組`);
  return text(
    `In ${pairs.en} of visits that differ in nothing but the card, ${part === null ? 'the message' : `the part "${part}" of the message`} ${shown(template, 160)} ${HOW[chief.kind].en}${more.length > 0 ? `; so do ${listed(more, 'en')}` : ''}.${by === null ? '' : ` It is sent by ${by}.`}`,
    `カード以外の条件をそろえた${pairs.ja}の訪問を比べると、送信 ${shown(template, 160)} ${part === null ? '' : `の「${part}」`}は、カードによって${HOW[chief.kind].ja}${more.length > 0 ? `（ほかに ${listed(more, 'ja')}）` : ''}。${by === null ? '' : `送信元は ${by} です。`}`,
  );
}

const lastFour = (host: string, how: Text): Said => ({
  grade: 'changed',
  severity: 'high',
  confidence: 'certain',
  title: text(
    `The page tells ${host} the last four digits of the card.`,
    `ページが、カード番号の下4桁を ${host} に送信しています。`,
  ),
  detail: text(
    `${how.en} It is the last four digits of what was typed and no more, beside at most the first six. If ${host} needs them, approve that it may learn "last-four"; if not, have it stopped.`,
    `${how.ja}送られているのは入力した番号の下4桁（および多くとも上6桁）だけです。${host} に必要な情報であれば、「last-four」まで知らせてよいと承認してください。不要であれば、送信をやめさせてください。`,
  ),
});

const aSwitch = (host: string, known: boolean, how: Text, sure: Dependence['sure']): Said =>
  sure === 'undecided'
    ? undecided(host, how)
    : {
        grade: 'changed',
        severity: known ? 'low' : 'medium',
        confidence: sure === 'ambiguous' ? 'possible' : 'likely',
        title: text(
          `A yes or no that ${host} is told depends on the card.`,
          `${host} に送られる「はい／いいえ」の値が、カードによって変わります。`,
        ),
        detail: text(
          `${how.en} One such value tells very little of a card. If it is a check of the form, approve that ${host} may learn "length"; many of them together would be another matter.`,
          `${how.ja}このような値一つから分かることはごくわずかです。入力チェックの結果であれば、${host} に「length」まで知らせてよいと承認してください。多数そろう場合は注意が必要です。`,
        ),
      };

const slight = (host: string, known: boolean, how: Text, sure: Dependence['sure']): Said => ({
  grade: 'changed',
  severity: known ? 'medium' : 'high',
  confidence: sure === 'ambiguous' ? 'possible' : 'likely',
  title: text(
    `Something small that is sent to ${host} changes with the card.`,
    `${host} へ送られる小さな値が、カードによって変わります。`,
  ),
  detail: text(
    `${how.en} It is too little to rule out chance, and too regular to pass over. If the next checks tell the same, find out what the script measures.`,
    `${how.ja}偶然の可能性を否定できるほどではありませんが、見過ごせない規則性があります。次回以降の検査でも同じ結果になる場合は、スクリプトが何を測っているかを調べてください。`,
  ),
});

const undecided = (host: string, how: Text): Said => ({
  grade: 'unobserved',
  severity: 'high',
  confidence: 'possible',
  title: text(
    `Whether what is sent to ${host} depends on the card could not be settled.`,
    `${host} への送信内容がカードによって変わるのかどうか、判断できませんでした。`,
  ),
  detail: text(
    `${how.en} A second pair of visits would have told chance from the card, and there is none. Check again.`,
    `${how.ja}偶然かどうかは2組目の訪問で判断できますが、この検査では得られませんでした。もう一度検査してください。`,
  ),
});

import { text } from '@komainu/model';
import { hostOf } from '../address.ts';
import { destinationOf, takesCard } from '../allowance.ts';
import { type Actor, actorsIn } from '../attribution.ts';
import type { Context, Draft, Visited } from '../define.ts';
import { sendersOf } from '../messages.ts';
import { listed, shown } from '../show.ts';
import type { Comparison } from './compare.ts';
import { differenceOf, sidesOf } from './show.ts';
import type { Variation } from './variation.ts';

/**
 * Payloads that nobody can read and that are another one every time, even for the same card: a one-time pad, or a random
 * id. What the script did before tells which, as far as anything does.
 */
export function opaquePayloads(
  { variations }: Comparison,
  visits: readonly Visited[],
  context: Context,
  told: ReadonlySet<string>,
): readonly Draft[] {
  const chiefs = new Map<string, Variation>();
  for (const one of variations)
    if (one.standing === 'noise' && one.opaque && one.kind === 'value' && !told.has(one.template))
      chiefs.set(one.template, chiefs.get(one.template) ?? one);
  if (context.baseline === null || chiefs.size === 0) return [];
  const readers = new Map(
    actorsIn(visits, context)
      .filter(({ acts }) => acts.some(({ act }) => act.act !== 'listen'))
      .map((actor) => [actor.place, actor]),
  );
  return [...chiefs.values()].flatMap((chief): readonly Draft[] => {
    const message = chief.a.sent?.message ?? chief.b.sent?.message ?? null;
    if (message === null || takesCard(context.baseline, message)) return [];
    const reader = sendersOf(message)
      .map((place) => readers.get(place))
      .find((actor) => actor !== undefined);
    const known = destinationOf(context.baseline, chief.origin) !== undefined;
    if (reader === undefined) return known ? [] : [draft(chief, null, { known, tampered: false }, visits)];
    // To an approved host, from approved code: a captcha, a random id, a heartbeat.
    if (known && reader.standing === 'approved') return [];
    const tampered = !known || readsAnew(reader);
    return [draft(chief, reader.place, { known, tampered }, visits)];
  });
}

/** It was changed, or is new, and reads what it may not. */
const readsAnew = ({ standing, may, acts }: Actor): boolean =>
  standing !== 'approved' &&
  acts.some(({ own, act }) => own && act.act !== 'listen' && act.fields.some((field) => !may.has(field)));

function draft(
  chief: Variation,
  reader: string | null,
  { known, tampered }: { readonly known: boolean; readonly tampered: boolean },
  visits: readonly Visited[],
): Draft {
  const host = shown(hostOf(chief.origin));
  const by = reader === null ? null : shown(reader.replace(/^inline:/, ''), 120);
  const loose = [
    ...new Set(
      visits.flatMap(({ recording: { visit } }) =>
        visit.role?.kind === 'pinned' ? visit.role.unpinned : [],
      ),
    ),
  ];
  return {
    subject: `opaque:${chief.template}`,
    grade: tampered ? 'tampered' : 'changed',
    severity: tampered ? 'critical' : reader === null ? 'medium' : 'high',
    confidence: 'likely',
    title:
      by === null
        ? text(
            `What is sent to ${host} cannot be read, and is different every time.`,
            `${host} への送信内容は読み取れない形式で、毎回異なります。`,
          )
        : text(
            `A script that had read the card sends ${host} something that cannot be read.`,
            `カード情報を読み取ったスクリプトが、読み取れない形式のデータを ${host} へ送信しています。`,
          ),
    detail: text(
      `${shown(chief.template, 160)}${chief.part === '' ? '' : `, part "${shown(chief.part, 60)}"`}: it changes even between visits with the same card, so comparing cards cannot clear it.${loose.length > 0 ? ` What could not be held still: ${listed(loose, 'en')}.` : ''}${by === null ? '' : ` It is sent by ${by}.`} ${tampered ? `${known ? 'Nobody approved that it reads the card' : 'Nobody approved the destination'}: stop card payments and look at the script.` : 'Find out what it is, and approve the destination and the script if you know them.'}`,
      `${shown(chief.template, 160)}${chief.part === '' ? '' : ` の「${shown(chief.part, 60)}」`}は、同じカードの訪問どうしでも異なるため、カードの比較では潔白を確かめられません。${loose.length > 0 ? `固定できなかったもの：${listed(loose, 'ja')}。` : ''}${by === null ? '' : `送信元は ${by} です。`}${tampered ? `${known ? 'このスクリプトによるカード情報の読み取り' : '送信先'}は承認されていません。カード決済を停止し、スクリプトを確認してください。` : '内容を調べ、心当たりのあるものであれば送信先とスクリプトを承認してください。'}`,
    ),
    references: sidesOf(chief),
    difference: differenceOf(chief),
  };
}

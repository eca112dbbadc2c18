import { type Text, text } from '@komainu/model';
import { hostOf, leaves, originOf } from '../address.ts';
import { destinationOf, takesCard } from '../allowance.ts';
import { actorsIn, standingsIn } from '../attribution.ts';
import { defineCheckDetector, type Draft, type Visited } from '../define.ts';
import { pairsOf } from '../differ/compare.ts';
import { templateOf } from '../differ/sent.ts';
import { inRecording } from '../differ/show.ts';
import { type Message, messagesIn } from '../messages.ts';
import { shown } from '../show.ts';

export const goesQuiet = defineCheckDetector({
  id: 'goes-quiet',
  title: text('Traffic that stops when it is compared', '比較のための訪問で消える通信'),
  why: text(
    'A skimmer may notice a pinned clock and keep quiet, or strike some customers only. It is seen where it is not looked for.',
    '情報を盗むスクリプトは、固定された時計に気付いて動きを止めたり、一部の利用者だけを狙ったりします。条件の異なる訪問を比べると現れます。',
  ),
  requires: ['wire'],
  detect(visits, context) {
    const { baseline } = context;
    const pairs = pairsOf(visits).flat();
    const free = visits.filter(({ recording }) => recording.visit.role?.kind === 'free');
    if (baseline === null || pairs.length === 0 || free.length === 0) return [];
    const standingOf = standingsIn(visits, context);
    const near = new Map(actorsIn(visits, context).map((actor) => [actor.place, actor]));
    const pinned = new Set<Visited['recording']>(pairs.map(({ recording }) => recording));
    return [...byTemplate(messagesIn(visits))].flatMap(([template, messages]): readonly Draft[] => {
      const [first] = messages;
      const origin = originOf(first?.message.url ?? '');
      if (first === undefined || takesCard(baseline, first.message)) return [];
      const seenFree = new Set(
        messages.flatMap(({ visited, typed }) => (free.includes(visited) && typed ? [visited] : [])),
      );
      const seenPinned = messages.some(({ visited }) => pinned.has(visited.recording));
      const known = destinationOf(baseline, origin) !== undefined;
      if (seenFree.size > 0 && !seenPinned) {
        const senders = [...new Set(messages.flatMap(({ places }) => places))];
        const suspects = senders.filter((place) => standingOf(place).standing !== 'approved');
        const readers = senders.filter((place) => near.has(place));
        // Sampled analytics of approved scripts come and go as they like.
        if (known && !suspects.some((place) => near.has(place))) return [];
        if (readers.length === 0 && suspects.length === 0) return [];
        const reads = readers.some((place) => near.get(place)?.acts.some(({ act }) => act.act !== 'listen'));
        return [quiet(template, origin, messages, reads && !known, readers[0] ?? suspects[0] ?? null)];
      }
      if (known) return [];
      if (seenFree.size === 0 && seenPinned) return [onlyIn(template, origin, messages, COMPARED)];
      return seenFree.size > 0 && seenFree.size < free.length
        ? [onlyIn(template, origin, messages, ONE_FREE)]
        : [];
    });
  },
});

function byTemplate(messages: readonly Message[]): ReadonlyMap<string, readonly Message[]> {
  const groups = new Map<string, Message[]>();
  for (const message of messages) {
    if (!leaves(message.message.url)) continue;
    const template = templateOf(message.message);
    const group = groups.get(template);
    if (group === undefined) groups.set(template, [message]);
    else group.push(message);
  }
  return groups;
}

const references = (messages: readonly Message[]): NonNullable<Draft['references']> => {
  const visited = messages[0]?.visited;
  if (visited === undefined) return [];
  const mine = messages.filter((one) => one.visited === visited).slice(0, 8);
  return inRecording(
    visited,
    mine.map(({ message, pointer }) => ({
      label: message.url,
      blob: message.body.kind === 'bytes' ? message.body.blob : null,
      pointer,
      role: 'message',
    })),
  );
};

function quiet(
  template: string,
  origin: string,
  messages: readonly Message[],
  tampered: boolean,
  by: string | null,
): Draft {
  const host = shown(hostOf(origin));
  const sender = by === null ? '' : shown(by.replace(/^inline:/, ''), 120);
  return {
    subject: template,
    grade: tampered ? 'tampered' : 'changed',
    severity: tampered ? 'critical' : 'high',
    confidence: 'likely',
    title: text(
      `A message to ${host} is sent only where visits are not compared.`,
      `${host} への通信が、比較していない訪問でだけ行われています。`,
    ),
    detail: text(
      `${shown(template, 160)} was sent after the card had been typed${sender === '' ? '' : `, by ${sender}`}, but in none of the visits whose clock and chance are held still. Honest code has no reason to tell the two apart. ${tampered ? 'The script had read the card and nobody approved the destination: stop card payments and look at it.' : 'Find out what sends it and why it does not always do so.'}`,
      `${shown(template, 160)} は、カード情報の入力後に${sender === '' ? '' : ` ${sender} から`}送信されましたが、時計や乱数を固定した訪問では一度も送信されませんでした。正当なコードが両者を区別する理由はありません。${tampered ? 'このスクリプトはカード情報を読み取っており、送信先も承認されていません。カード決済を停止して確認してください。' : '送信元と、送信されたりされなかったりする理由を確認してください。'}`,
    ),
    references: references(messages),
  };
}

const COMPARED = text('only in the visits that are compared', '比較のための訪問でだけ');
const ONE_FREE = text('in one of the two free visits only', '2回の通常訪問の一方でだけ');

const onlyIn = (template: string, origin: string, messages: readonly Message[], where: Text): Draft => ({
  subject: `sometimes:${template}`,
  grade: 'changed',
  severity: 'low',
  confidence: 'possible',
  title: text(
    `${shown(hostOf(origin))}, which nobody has approved, was contacted ${where.en}.`,
    `承認されていない ${shown(hostOf(origin))} への通信が、${where.ja}行われました。`,
  ),
  detail: text(
    `${shown(template, 160)} depends on chance, on the clock, or on who visits. Approve the destination if you know it; if not, find out which script decides.`,
    `${shown(template, 160)} の送信は、偶然や時刻、訪問者によって変わります。心当たりのある送信先であれば承認し、なければどのスクリプトが判断しているかを調べてください。`,
  ),
  references: references(messages),
});

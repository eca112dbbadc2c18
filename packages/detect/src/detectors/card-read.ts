import { type CardField, type Reference, type Text, text } from '@komainu/model';
import { leaves, originOf } from '../address.ts';
import { takesCard, takesCards } from '../allowance.ts';
import { type Actor, actorsIn, type Witnessed } from '../attribution.ts';
import { type Context, defineCheckDetector, type Draft, type Visited } from '../define.ts';
import { compared } from '../differ/compare.ts';
import { inRecording } from '../differ/show.ts';
import { type Message, messagesBy } from '../messages.ts';
import { templateOf } from '../differ/sent.ts';
import { listed, shown } from '../show.ts';
import { namesOf } from '../words.ts';

export const cardRead = defineCheckDetector({
  id: 'card-read',
  title: text('Script that takes the card', 'カード情報を読み取るスクリプト'),
  why: text(
    'Whoever steals a card has to read it first. The debugger sees which script does, and what it does with it.',
    'カード情報を盗むには、まず読み取らなければなりません。どのスクリプトが読み取り、どう扱ったかはデバッガーで分かります。',
  ),
  requires: ['acts', 'scripts', 'wire'],
  detect(visits, context) {
    if (context.baseline === null) return [];
    return actorsIn(visits, context).flatMap((actor) => judged(actor, visits, context) ?? []);
  },
});

/** Channels whose content no message on the wire shows: names that are resolved, and WebRTC. */
const UNSEEN = /^(?:RTC|HTMLLinkElement\.href)/;
const USES: ReadonlySet<string> = new Set(['encode', 'cipher', 'store', 'pass', 'send']);

function judged(actor: Actor, visits: readonly Visited[], context: Context): Draft | null {
  const fields = (of: readonly Witnessed[]): readonly CardField[] => [
    ...new Set(of.flatMap(({ act }) => act.fields)),
  ];
  const smuggled = actor.acts.filter(
    ({ own, act }) => own && act.act === 'send' && UNSEEN.test(act.api) && unsaid(act.detail, context),
  );
  if (smuggled.length > 0) return draft(actor, 'smuggles', smuggled, fields(smuggled), []);
  if (actor.standing === 'approved') {
    // What it is handed by a script that may read says nothing of it, and which values lie in it is known less surely.
    const own = actor.acts.filter(({ own, act }) => own && act.act === 'read');
    const more = fields(own).filter((field) => !actor.may.has(field));
    return more.length === 0 ? null : draft(actor, 'reads-too', own, more, []);
  }
  const reads = actor.acts.filter(({ act }) => act.act !== 'listen');
  const news = fields(reads).filter((field) => !actor.may.has(field));
  const strange = abroad(messagesBy(actor.place, visits), context);
  const unsteady = unlike(strange, visits, context);
  // An approved script that was changed and reads what it always read is told as changed; where it sends is news.
  if (reads.length > 0 && unsteady.length > 0) return draft(actor, 'uses', reads, fields(reads), unsteady);
  if (news.length === 0) {
    // The moments at which keys are pressed are the same in the compared visits, whatever the card.
    const listens = actor.acts.filter(({ own, act }) => own && act.act === 'listen');
    return listens.length > 0 && strange.length > 0
      ? draft(actor, 'listens', listens, fields(listens), strange)
      : null;
  }
  const uses = reads.filter(({ own, act }) => own && USES.has(act.act));
  const harmless = uses.length === 0 || (staysHere(uses, context) && isSteady(actor, visits, context));
  return draft(actor, harmless ? 'reads' : 'uses', reads, news, []);
}

/** What a new version of the shop's own checkout does: what it made of the card went into the approved call, if anywhere. */
function staysHere(uses: readonly Witnessed[], { baseline }: Context): boolean {
  const granted = new Set(baseline?.destinations.filter(takesCards).map(({ origin }) => origin));
  return uses.every(({ act, visited }) => {
    if (act.act === 'encode' || act.act === 'cipher') return true;
    if (act.act === 'store' || act.detail === null) return false;
    return granted.has(originOf(URL.parse(act.detail, visited.recording.visit.url)?.href ?? ''));
  });
}

/** Whatever else it sent was the same for every card. Without a comparison nothing is known of that. */
function isSteady({ place }: Actor, visits: readonly Visited[], { baseline, bodies }: Context): boolean {
  const steady = compared(visits, bodies)?.steady;
  return (
    steady !== undefined &&
    messagesBy(place, visits).every(
      ({ message, typed }) =>
        !typed || !leaves(message.url) || takesCard(baseline, message) || steady.has(templateOf(message)),
    )
  );
}

/** A hint to resolve a host that nobody approved, or no address at all. */
const unsaid = (detail: string | null, { baseline }: Context): boolean =>
  detail === null || !baseline?.destinations.some(({ origin }) => origin === originOf(detail));

/** Messages to hosts nobody approved, once the card was there. */
const abroad = (messages: readonly Message[], { baseline }: Context): readonly Message[] =>
  messages.filter(
    ({ message, typed }) =>
      typed &&
      leaves(message.url) &&
      !baseline?.destinations.some(({ origin }) => origin === originOf(message.url)),
  );

/** Without those that the comparison of cards has shown to be the same for any. */
function unlike(
  messages: readonly Message[],
  visits: readonly Visited[],
  { bodies }: Context,
): readonly Message[] {
  const steady = compared(visits, bodies)?.steady;
  return messages.filter(({ message }) => steady?.has(templateOf(message)) !== true);
}

type Deed = 'smuggles' | 'uses' | 'reads' | 'reads-too' | 'listens';

const GRADES: Readonly<Record<Deed, Pick<Draft, 'grade' | 'severity' | 'confidence'>>> = {
  smuggles: { grade: 'tampered', severity: 'critical', confidence: 'certain' },
  uses: { grade: 'tampered', severity: 'critical', confidence: 'likely' },
  reads: { grade: 'changed', severity: 'high', confidence: 'certain' },
  'reads-too': { grade: 'changed', severity: 'medium', confidence: 'certain' },
  listens: { grade: 'changed', severity: 'high', confidence: 'likely' },
};

function draft(
  actor: Actor,
  deed: Deed,
  acts: readonly Witnessed[],
  fields: readonly CardField[],
  messages: readonly Message[],
): Draft {
  const where = shown(actor.place.replace(/^inline:/, ''), 120);
  const what = namesOf(fields);
  const script = actor.place.startsWith('inline:')
    ? text(`Code inside ${where}`, `${where} 内のコード`)
    : text(`The script ${where}`, `スクリプト ${where}`);
  const hosts = [...new Set(messages.map(({ message }) => originOf(message.url)))];
  return {
    subject: actor.place,
    ...GRADES[deed],
    title: titleOf(deed, script, what, hosts),
    detail: text(
      `${said(acts, 'en')}${STANDING[actor.standing].en} ${ADVICE[deed].en}`,
      `${said(acts, 'ja')}${STANDING[actor.standing].ja}${ADVICE[deed].ja}`,
    ),
    references: referencesOf(acts, messages),
  };
}

function titleOf(deed: Deed, script: Text, what: Text, hosts: readonly string[]): Text {
  const to =
    hosts.length > 0
      ? text(`talks to ${listed(hosts, 'en')}`, `${listed(hosts, 'ja')} と通信しています`)
      : text('works on it', 'その値を加工しています');
  switch (deed) {
    case 'smuggles':
      return text(
        `${script.en} sends ${what.en} through a channel that hides what is sent.`,
        `${script.ja}が、内容の見えない経路で${what.ja}を送信しています。`,
      );
    case 'uses':
      return text(
        `${script.en} reads ${what.en} and ${to.en}.`,
        `${script.ja}が${what.ja}を読み取り、${to.ja}。`,
      );
    case 'reads':
      return text(`${script.en} reads ${what.en}.`, `${script.ja}が${what.ja}を読み取っています。`);
    case 'reads-too':
      return text(
        `${script.en} now also reads ${what.en}.`,
        `${script.ja}が、新たに${what.ja}も読み取るようになりました。`,
      );
    case 'listens':
      return text(
        `${script.en} listens to the keys typed for ${what.en} and ${to.en}.`,
        `${script.ja}が${what.ja}のキー入力を監視し、${to.ja}。`,
      );
  }
}

const STANDING: Readonly<Record<Actor['standing'], Text>> = {
  approved: text(
    'The script is approved, this is not.',
    'スクリプト自体は承認済みですが、この動作は承認されていません。',
  ),
  changed: text('Its body is not the approved one.', '内容は承認時のものと異なります。'),
  unapproved: text('Nobody has approved it.', 'このスクリプトは承認されていません。'),
};

const ADVICE: Readonly<Record<Deed, Text>> = {
  smuggles: text(
    'Stop card payments and take the script off the page.',
    'カード決済を停止し、このスクリプトをページから取り除いてください。',
  ),
  uses: text(
    'Stop card payments and look at the script; if it belongs to a release of yours, approve it first.',
    'カード決済を停止してスクリプトを確認してください。自社の更新であれば、先に承認が必要です。',
  ),
  reads: text(
    'If it belongs to a release of yours, approve it; if not, treat it as an intrusion.',
    '自社の更新であれば承認してください。心当たりがない場合は、不正な改ざんとして扱ってください。',
  ),
  'reads-too': text(
    'Ask whoever runs it why, and approve what it may read.',
    '提供元に理由を確認し、読み取ってよい項目を承認してください。',
  ),
  listens: text(
    'No value was seen to leave, but the moments at which keys are pressed give them away to some extent. Find out what it is for.',
    '値そのものの送信は確認されていませんが、キーを押すタイミングからも入力内容をある程度推測できます。何のための処理か確認してください。',
  ),
};

/** The acts in their order, by the names of the functions. */
function said(acts: readonly Witnessed[], language: 'en' | 'ja'): string {
  const order = ['read', 'listen', 'encode', 'cipher', 'store', 'pass', 'send'];
  const apis = [
    ...new Set(
      acts.toSorted((x, y) => order.indexOf(x.act.act) - order.indexOf(y.act.act)).map(({ act }) => act.api),
    ),
  ];
  const names = listed(apis, language, 6);
  return language === 'en' ? `Seen: ${names}. ` : `観測された動作：${names}。`;
}

function referencesOf(acts: readonly Witnessed[], messages: readonly Message[]): readonly Reference[] {
  const visited = acts[0]?.visited ?? messages[0]?.visited;
  if (visited === undefined) return [];
  return inRecording(visited, [
    ...acts
      .filter((one) => one.visited === visited)
      .slice(0, 6)
      .map(({ act, pointer }) => ({ label: act.api, blob: null, pointer, role: 'field' as const })),
    ...messages
      .filter((one) => one.visited === visited)
      .slice(0, 6)
      .map(({ message, pointer }) => ({ label: message.url, blob: null, pointer, role: 'message' as const })),
  ]);
}

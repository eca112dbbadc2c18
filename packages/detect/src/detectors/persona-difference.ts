import { type ApprovedScript, type ObservedScript, type Recording, text } from '@komainu/model';
import { documentOf } from '../address.ts';
import {
  type CheckDetector,
  type Context,
  defineCheckDetector,
  type Draft,
  type Visited,
} from '../define.ts';
import { shown } from '../show.ts';
import { kindOfVisitor, visitorInWords } from '../visitors.ts';
import { placeOfScript, sameShape } from './unapproved-script.ts';

/** What one visit received of one document. */
interface Received {
  readonly visited: Visited;
  readonly kind: string;
  readonly documents: ReadonlySet<string>;
  readonly scripts: readonly ObservedScript[];
}

export const personaDifference: CheckDetector = defineCheckDetector({
  id: 'persona-difference',
  title: text('Not everyone receives the same', '利用者による違い'),
  why: text(
    'Attackers serve their script only to those who look like customers: on a phone, from a search, on a first visit.',
    '攻撃用のスクリプトは、スマートフォンからの利用者や検索から来た利用者、初めての訪問者など、一部の人だけに配信されることがあります。',
  ),
  requires: ['scripts'],
  detect(visits, context) {
    // Nothing approved, nothing to say who should have received what.
    if (context.baseline === null) return [];
    const approved = new Map(context.baseline.scripts.map((script) => [script.where, script]));
    // A pinned visit is answered from another one's tape.
    const told = (from: readonly Visited[]): readonly Received[] =>
      from
        .filter(({ recording }) => recording.visit.role?.kind !== 'pinned')
        .map(receivedBy)
        .filter(({ scripts }) => scripts.length > 0);
    const now = told(visits);
    const received = [...now, ...told(context.others ?? [])];
    return now.flatMap((one) =>
      one.scripts.flatMap((script, index): readonly Draft[] => {
        if (isApproved(script, approved, context)) return [];
        const others = received.filter(
          (other) => other.kind !== one.kind && other.documents.has(documentOf(script.frameUrl)),
        );
        const without = others.filter((other) => !other.scripts.some((its) => its.body === script.body));
        const [unlike] = without;
        // Whoever else saw the document received it too: no difference between visitors.
        if (unlike === undefined || without.length < others.length) return [];
        return [difference(script, index, one, unlike)];
      }),
    );
  },
});

function receivedBy(visited: Visited): Received {
  const { recording } = visited;
  const { scripts, headers } = recording.artifacts;
  const seen = scripts.kind === 'observed' ? scripts.value : [];
  const loaded = headers.kind === 'observed' ? headers.value.map(({ url }) => documentOf(url)) : [];
  return {
    visited,
    kind: kindOfVisitor(recording),
    documents: new Set([...loaded, ...seen.map(({ frameUrl }) => documentOf(frameUrl))]),
    scripts: seen,
  };
}

function isApproved(
  script: ObservedScript,
  approved: ReadonlyMap<string, ApprovedScript>,
  context: Context,
): boolean {
  const there = approved.get(placeOfScript(script));
  if (there === undefined) return false;
  return (
    there.hashes.length === 0 || there.hashes.includes(script.body) || sameShape(script, there.shape, context)
  );
}

function difference(script: ObservedScript, index: number, one: Received, other: Received): Draft {
  const where = placeOfScript(script);
  const inline = where.startsWith('inline:');
  const place = shown(inline ? where.slice(7) : where);
  const who = visitorInWords(one.visited.recording);
  const else_ = visitorInWords(other.visited.recording);
  const body = other.scripts.some((its) => placeOfScript(its) === where);
  const [visit, before] = [one.visited.recording.visit, other.visited.recording.visit];
  const when =
    visit.check === before.check
      ? text('', '')
      : text(
          ` That visit was made in an earlier check, at ${before.startedAt}: a change since then would look the same.`,
          `なお、この利用者としての訪問は以前の検査（${before.startedAt}）のものです。その後に変更があった場合も同じように見えます。`,
        );
  return {
    subject: inline ? `${where}#${script.body.slice(7, 23)}` : where,
    grade: 'changed',
    severity: 'high',
    confidence: 'likely',
    title: body
      ? text(
          `${capital(who.en)} receives another script at ${place} than others do.`,
          `${who.ja}には、${place} でほかの利用者とは違うスクリプトが配信されています。`,
        )
      : text(
          `Only ${who.en} receives a script that nobody has approved, at ${place}.`,
          `${who.ja}だけに、承認されていないスクリプトが ${place} で配信されています。`,
        ),
    detail: text(
      `It was not there for ${else_.en}, who saw the same page. Honest pages differ between visitors too (a phone's menu, a test of two designs), but this is also how a skimmer hides from those who look for it. Find out what decides who receives it; if you know it, approve it.${when.en}`,
      `同じページを見た${else_.ja}には配信されていませんでした。端末別の表示や比較テストなど正当な理由もありますが、検査を避ける攻撃の手口でもあります。誰に配信するかを何が決めているのかを確認し、心当たりがあれば承認してください。${when.ja}`,
    ),
    references: [
      {
        label: visitorLabel(one.visited.recording),
        blob: one.visited.ref,
        pointer: `/artifacts/scripts/value/${index}`,
        role: 'script',
      },
      { label: script.url ?? where, blob: script.body, pointer: null, role: 'after' },
      { label: visitorLabel(other.visited.recording), blob: other.visited.ref, pointer: '', role: 'other' },
    ],
  };
}

const capital = (words: string): string => words.slice(0, 1).toUpperCase() + words.slice(1);
const visitorLabel = (recording: Recording): string =>
  `recording (${kindOfVisitor(recording)})`.toWellFormed();

import { type Finding, type PaymentPage, type Recording, type Text, text } from '@komainu/model';
import { documentOf } from './address.ts';
import { endedOn } from './headers/documents.ts';
import { finish } from './engine.ts';
import { stopOf } from './halted.ts';
import { shown } from './show.ts';

export interface HaltProof {
  readonly proved: boolean;
  readonly reason: Text;
  /** Why it is not proved; empty when it is. */
  readonly findings: readonly Finding[];
}

/**
 * Is card payment really off, as a customer would meet it? Proved only by a visit that reached the payment page, saw
 * all of it, and found nowhere to type a card. Not seeing is not proof: a page that is down proves nothing.
 */
export function proveHalt({
  recording,
  page,
}: {
  readonly recording: Recording;
  readonly page: PaymentPage;
}): HaltProof {
  const doubts = [
    ...wrongVisit(recording, page),
    ...notReached(recording, page),
    ...stoppedEarly(recording),
    ...notSeen(recording),
  ];
  const open = stillOpen(recording);
  const findings = [...open, ...doubts];
  const [first] = findings;
  return first === undefined
    ? {
        proved: true,
        reason: proofOf(recording),
        findings: [],
      }
    : { proved: false, reason: first.title, findings };
}

const PROVED = text(
  'The payment page was reached and offers nowhere to type a card.',
  '決済ページに到達し、カード情報を入力できる場所がないことを確認しました。',
);
const MARK = text(
  'Marking the step that chooses the card (role: choose-card) would make this proof stronger.',
  'カードを選ぶ手順に印（role: choose-card）を付けると、より確かな証明になります。',
);

/** A step that found nothing could be any step, unless the journey says which one chooses the card. */
function proofOf({ visit, steps, failure }: Recording): Text {
  if (failure === null || stopOf(visit, steps, failure) === 'card') return PROVED;
  return text(`${PROVED.en} ${MARK.en}`, `${PROVED.ja}${MARK.ja}`);
}

const doubt = (subject: string, title: Text, detail: Text, pointer: string, label: string): Finding =>
  finish('prove-halt', {
    subject,
    grade: 'unobserved',
    severity: 'high',
    title,
    detail,
    references: [{ label, blob: null, pointer, role: 'other' }],
  });

const AGAIN = text(
  'The halt stays ordered and is proved again shortly; if this lasts, look at the shop.',
  '停止の指示は有効なままで、まもなくもう一度確認します。続く場合はショップの状態を確認してください。',
);

function wrongVisit({ visit }: Recording, page: PaymentPage): readonly Finding[] {
  if (visit.purpose === 'proof' && visit.page === page.id) return [];
  return [
    doubt(
      'other-visit',
      text('The visit was not made to prove this halt.', 'この停止を確認するための訪問ではありません。'),
      AGAIN,
      '/visit',
      visit.url,
    ),
  ];
}

function notReached({ artifacts, failure }: Recording, page: PaymentPage): readonly Finding[] {
  const findings: Finding[] = [];
  // Only a step that found nothing is expected once cards are off; anything else may have hidden the card form.
  const expected = failure === null || failure.code === 'step-not-found';
  if (!expected)
    findings.push(
      doubt(
        `visit:${failure.code}`,
        text(
          `The proving visit failed: ${shown(failure.message.en, 200)}`,
          `確認のための訪問に失敗しました：${shown(failure.message.ja, 200)}`,
        ),
        AGAIN,
        '/failure',
        failure.url ?? page.url,
      ),
    );
  const { headers } = artifacts;
  const last = headers.kind === 'observed' ? headers.value.findLast(({ main }) => main) : undefined;
  if (!endedOn(artifacts, page.url))
    findings.push(
      doubt(
        'not-reached',
        text(
          `The payment page ${shown(page.url)} was not reached, so nothing is known about card payment on it.`,
          `決済ページ ${shown(page.url)} に到達できなかったため、カード決済の状態を確認できません。`,
        ),
        AGAIN,
        '/artifacts/headers',
        last?.url ?? page.url,
      ),
    );
  return findings;
}

/** The journey says which step chooses the card: only there, or where the card is typed, is finding nothing a proof. */
function stoppedEarly({ visit, steps, failure }: Recording): readonly Finding[] {
  const { chooseCard } = visit.journey;
  if (chooseCard === undefined) return [];
  const card = chooseCard + 1;
  if (failure === null)
    return [
      doubt(
        'card-chosen',
        text(
          `Card payment could still be chosen at step ${card}, though no card field was found.`,
          `カード入力欄は見つかりませんでしたが、手順${card}でカード決済をまだ選択できました。`,
        ),
        AGAIN,
        `/steps/${chooseCard}`,
        visit.url,
      ),
    ];
  if (failure.code !== 'step-not-found' || stopOf(visit, steps, failure) === 'card') return [];
  const at = (failure.step ?? 0) + 1;
  return [
    doubt(
      'before-card',
      text(
        `Not fully observed: the visit stopped at step ${at}, but the card is chosen at step ${card}.`,
        `十分に確認できませんでした。訪問は手順${at}で止まりましたが、カードを選ぶのは手順${card}です。`,
      ),
      text(`${shown(failure.message.en, 300)} ${AGAIN.en}`, `${shown(failure.message.ja, 300)}${AGAIN.ja}`),
      '/failure',
      failure.url ?? visit.url,
    ),
  ];
}

const PARTS = {
  headers: text('the page’s responses', 'ページの応答'),
  cardFields: text('the card fields', 'カード入力欄'),
  frames: text('the frames', 'フレーム'),
  forms: text('the forms', 'フォーム'),
} as const;

function notSeen({ artifacts }: Recording): readonly Finding[] {
  return (['headers', 'cardFields', 'frames', 'forms'] as const).flatMap((name) => {
    const artifact = artifacts[name];
    const why = artifact.kind === 'failed' ? artifact.failure : artifact.gaps[0];
    if (why === undefined) return [];
    const part = PARTS[name];
    return [
      doubt(
        `unseen:${name}`,
        text(
          `The proving visit did not see all of ${part.en}.`,
          `確認のための訪問で、${part.ja}をすべては観測できませんでした。`,
        ),
        text(`${shown(why.message.en, 300)} ${AGAIN.en}`, `${shown(why.message.ja, 300)}${AGAIN.ja}`),
        `/artifacts/${name}`,
        why.url ?? name,
      ),
    ];
  });
}

/** A place to type a card is a halt that failed, however it came to be there. */
function stillOpen({ artifacts: { cardFields, forms } }: Recording): readonly Finding[] {
  const open = (subject: string, where: string, pointer: string, typed: boolean): Finding =>
    finish('prove-halt', {
      subject,
      grade: 'tampered',
      severity: 'critical',
      title: typed
        ? text(
            `A card could still be typed into ${shown(where)}.`,
            `${shown(where)} に、まだカード情報を入力できました。`,
          )
        : text(
            `A card field can still be reached in ${shown(where)}.`,
            `${shown(where)} に、まだカード入力欄が表示されています。`,
          ),
      detail: text(
        'Card payment is not off as customers meet it. Switch the card method off by hand, or take the payment page down.',
        '利用者から見て、カード決済はまだ止まっていません。カード決済を手動で無効にするか、決済ページを停止してください。',
      ),
      references: [{ label: where, blob: null, pointer, role: 'field' }],
    });
  const seen = cardFields.kind === 'observed' ? cardFields.value : [];
  const shownForms = forms.kind === 'observed' ? forms.value : [];
  return [
    ...seen.map((one, i) =>
      open(
        `field:${one.field} ${one.origin}`,
        documentOf(one.frameUrl),
        `/artifacts/cardFields/value/${i}`,
        one.typedAt !== null,
      ),
    ),
    ...shownForms.flatMap((form, i) =>
      form.fields.some((field) => field.card !== null && field.visible)
        ? [
            open(
              `form:${documentOf(form.frameUrl)}`,
              documentOf(form.frameUrl),
              `/artifacts/forms/value/${i}`,
              false,
            ),
          ]
        : [],
    ),
  ];
}

import { type Shop, type Text, text, type VerdictKind } from '@komainu/model';
import { pending } from './decide.ts';
import { currentIncident, isAltered, type ShopState } from './state.ts';

/**
 * What a person may take upon herself: a halt that was never proved (the payment page cannot be reached), or files
 * the guard last reported as tampered with (they were put right, and no newer report says so).
 */
export type Accepted = 'unproved-halt' | 'altered-files';

export const UNFIT = {
  noIncident: text(
    'No incident is open; there is nothing to resume.',
    '開いているインシデントがないため、再開するものはありません。',
  ),
  person: text(
    'Say who resumes card payments: a name of 1 to 200 characters.',
    '再開する担当者の名前を入力してください(200文字以内)。',
  ),
  reason: text(
    'Say why card payments may be resumed: 1 to 2,000 characters.',
    '再開してよい理由を入力してください(2,000文字以内)。',
  ),
  alarm: text(
    'An alarm is still being answered. Wait until it is, then look at what it found.',
    '新しい警報を処理しています。処理が終わってから内容を確認してください。',
  ),
  resuming: text('A resumption is already under way.', '再開の手続きがすでに進行中です。'),
  unproved: text(
    'The halt is not proved yet, so no check can be trusted. Wait for the proof, or state that you accept an unproved halt.',
    '停止の確認がまだ取れていないため、再開できません。確認が取れるまで待つか、未確認の停止を承知のうえで再開すると明示してください。',
  ),
  changed: text(
    'The situation changed during the check. Look at the incident again, then resume once more.',
    '検査中に状況が変わりました。インシデントをもう一度確認してから、再開してください。',
  ),
} as const;

/** Why this person may not resume now; null when nothing but the check stands in the way. Pure. */
export function refusal(
  state: ShopState,
  shop: Shop,
  request: { readonly person: string; readonly reason: string; readonly accept?: readonly Accepted[] },
): Text | null {
  const { person, reason } = request;
  const accepts = (what: Accepted) => request.accept?.includes(what) ?? false;
  const incident = currentIncident(state);
  if (incident === null) return UNFIT.noIncident;
  if (person === '' || person.length > 200) return UNFIT.person;
  if (reason === '' || reason.length > 2_000) return UNFIT.reason;
  if (pending(state, shop).length > 0) return UNFIT.alarm;
  if (state.gate.state === 'resuming') return UNFIT.resuming;
  if (state.gate.state === 'halting' && !accepts('unproved-halt')) return UNFIT.unproved;
  const altered = state.roots.filter(isAltered);
  if (altered.length > 0 && !accepts('altered-files'))
    return alteredFiles(altered.map(({ id }) => id).join(', '));
  return null;
}

const alteredFiles = (roots: string) =>
  text(
    `The guard reported altered files, and not yet that all is as sealed again: ${roots}. Restore or seal them, or state that you accept this.`,
    `ガードが改ざんを報告したあと、封印どおりに戻ったという報告がまだありません(${roots})。元に戻すか封印し直してください。承知のうえで再開する場合は、その旨を明示してください。`,
  );

/** A check that is not clean opens no gate. */
export const UNCLEAN: Readonly<Record<Exclude<VerdictKind, 'clean'>, Text>> = {
  tampered: text(
    'The check found the payment page tampered with. Remove what it found, then resume again.',
    '検査で決済ページの改ざんが見つかりました。取り除いてから、あらためて再開してください。',
  ),
  changed: text(
    'The check found changes nobody approved. Approve or undo them, then resume again.',
    '検査で未承認の変更が見つかりました。承認するか元に戻してから、あらためて再開してください。',
  ),
  'not-fully-observed': text(
    'The check could not see all of the payment page. Look at what it missed, then resume again.',
    '検査で決済ページのすべてを確認できませんでした。確認できなかった点を解消してから、あらためて再開してください。',
  ),
};

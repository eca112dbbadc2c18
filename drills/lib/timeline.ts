import type { EntryKind } from '@komainu/model';
import type { Indexed } from './api.ts';

/** What a drill saw, relative to the instant of the attack. */
export interface Moment {
  /** Milliseconds after the attack's write. */
  readonly after: number;
  readonly what: string;
  readonly detail: string;
}

const SHOWN: Partial<Record<EntryKind, { readonly en: string; readonly ja: string }>> = {
  'files.reported': { en: 'noticed by the guard', ja: '番人（吽）が変更を検知' },
  'processor.notified': { en: 'the processor notified the shop', ja: '決済代行会社からの連絡を受信' },
  judged: { en: 'alarm', ja: '警報' },
  'incident.opened': { en: 'incident opened', ja: 'インシデント開始' },
  'halt.ordered': { en: 'halt ordered', ja: 'カード決済の停止を指示' },
  'halt.switched-off': { en: 'card payments switched off', ja: 'カード決済を停止' },
  'halt.voided': { en: 'checkouts in flight voided', ja: '手続き中の決済を無効化' },
  'halt.proved': { en: 'halt proved by a visit', ja: '実際の訪問で停止を確認' },
  'halt.failed': { en: 'an act failed, tried again', ja: '失敗、再試行' },
};

/** The entries of an alarm as moments; entries from before the attack, and judgements that are no alarm, are left out. */
export function momentsOf(
  entries: readonly Indexed[],
  attackedAt: number,
  language: 'en' | 'ja',
): readonly Moment[] {
  return entries.flatMap(({ entry }) => {
    const words = SHOWN[entry.kind];
    const at = Date.parse(entry.at);
    if (!words || at < attackedAt) return [];
    if (entry.kind === 'judged' && entry.data.verdict !== 'tampered') return [];
    const detail =
      entry.kind === 'judged' || entry.kind === 'incident.opened'
        ? entry.data.title[language]
        : entry.kind === 'halt.failed'
          ? entry.data.failure.message[language]
          : '';
    return [{ after: at - attackedAt, what: words[language], detail }];
  });
}

/** `+0.412 s  halt ordered`, one line a moment. */
export const lineOf = ({ after, what, detail }: Moment): string =>
  `  +${(after / 1000).toFixed(3).padStart(7)} s  ${what}${detail ? `  ${detail}` : ''}`;

/** Milliseconds from the attack to the first entry of a kind; undefined when there is none. */
export function afterOf(
  entries: readonly Indexed[],
  kind: EntryKind,
  attackedAt: number,
): number | undefined {
  const found = entries.find(({ entry }) => entry.kind === kind && Date.parse(entry.at) >= attackedAt);
  return found ? Date.parse(found.entry.at) - attackedAt : undefined;
}

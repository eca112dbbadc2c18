import { type DocumentHeaders, text } from '@komainu/model';
import { documentOf } from '../address.ts';
import { defineDetector, type Draft } from '../define.ts';
import { landed, securityHeaders } from '../headers/documents.ts';
import { compareHeader, type HeaderChange } from '../headers/policy.ts';
import { shown } from '../show.ts';

export const securityHeader = defineDetector({
  id: 'security-header',
  title: text('Security header removed, weakened or changed', 'セキュリティヘッダーの変化'),
  why: text(
    'Before a script can send to a new host, the page must stop forbidding it (PCI DSS 11.6.1 asks that headers be watched).',
    '新しい送信先へ情報を送るには、それを禁じる設定を外す必要があります（PCI DSS 11.6.1 はヘッダーの監視を求めています）。',
  ),
  requires: ['headers'],
  detect({ headers }, { baseline }) {
    if (baseline === null) return [];
    return headers.flatMap((document, index) => {
      const place = documentOf(document.url);
      const approved = new Map(
        baseline.headers.filter((line) => line.document === place).map(({ name, values }) => [name, values]),
      );
      // A document the baseline does not know is a matter of frames and journeys, not of headers.
      if (!landed(document) || (approved.size === 0 && !baseline.frames.includes(place))) return [];
      const now = securityHeaders(document);
      return [...new Set([...approved.keys(), ...now.keys()])].sort().flatMap((name) => {
        const [was, is] = [approved.get(name) ?? [], now.get(name) ?? []];
        const change = compareHeader(name, was, is);
        return change === 'same' ? [] : [moved(document, index, name, change, was, is)];
      });
    });
  },
});

const WORDS = {
  removed: ['is no longer sent', 'が送られなくなりました'],
  weakened: ['has been weakened', 'が弱められました'],
  changed: ['has changed', 'が変わりました'],
  added: ['is new', 'が新たに加わりました'],
} as const;

function moved(
  document: DocumentHeaders,
  index: number,
  name: string,
  change: Exclude<HeaderChange, 'same'>,
  was: readonly string[],
  is: readonly string[],
): Draft {
  const place = documentOf(document.url);
  const [en, ja] = WORDS[change];
  const worse = change === 'removed' || change === 'weakened';
  const values = (list: readonly string[], none: string): string =>
    list.length === 0 ? none : shown(list.join(' / '), 300);
  return {
    subject: `${name} ${place}`,
    grade: 'changed',
    severity: worse ? (name === 'content-security-policy' ? 'high' : 'medium') : 'low',
    title: text(
      `The protection "${name}" of ${shown(place)} ${en}.`,
      `${shown(place)} の保護設定「${name}」${ja}。`,
    ),
    detail: text(
      `Approved: ${values(was, 'not sent')}. Now: ${values(is, 'not sent')}. ${worse ? 'Ask who changed the server or the application; without it, foreign code and foreign frames have it easier.' : 'If you changed it, approve it.'}`,
      `承認時：${values(was, 'なし')}。現在：${values(is, 'なし')}。${worse ? '誰がサーバーやアプリケーションを変更したか確認してください。この保護が弱いと、外部のコードやフレームが入り込みやすくなります。' : '自社による変更であれば、承認してください。'}`,
    ),
    references: [{ label: name, blob: null, pointer: `/artifacts/headers/value/${index}`, role: 'header' }],
  };
}

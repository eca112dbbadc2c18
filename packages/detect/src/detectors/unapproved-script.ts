import { type ApprovedShape, type BlobRef, type ObservedScript, type Reference, text } from '@komainu/model';
import { scriptPlace } from '../address.ts';
import { explainNew, isSameCode } from '../code/explain.ts';
import { hasShape } from '../code/shape.ts';
import { type Context, defineDetector, type Draft } from '../define.ts';
import { listed, shown } from '../show.ts';

export const placeOfScript = (script: ObservedScript): string => scriptPlace(script.url, script.frameUrl);

/** The approved body but for an id that differs on every load. */
export function sameShape(
  script: ObservedScript,
  shape: ApprovedShape | undefined,
  { bodies }: Context,
): boolean {
  const body = shape === undefined ? undefined : bodies(script.body);
  return shape !== undefined && body !== undefined && hasShape(body, shape);
}

export const scriptReference = (script: ObservedScript, index: number): Reference => ({
  label: script.url ?? placeOfScript(script),
  blob: script.body,
  pointer: `/artifacts/scripts/value/${index}`,
  role: 'script',
});

export const unapprovedScript = defineDetector({
  id: 'unapproved-script',
  title: text('Script nobody has approved', '承認されていないスクリプト'),
  why: text(
    'Most skimmers are one script more than the page had yesterday (PCI DSS 6.4.3 asks that every one be authorised).',
    '情報を盗む攻撃の多くは、昨日までなかったスクリプトが一つ増えることから始まります（PCI DSS 6.4.3 は全スクリプトの承認を求めています）。',
  ),
  requires: ['scripts'],
  detect({ scripts }, context) {
    if (context.baseline === null) return scripts.length === 0 ? [] : [nothingApproved(scripts)];
    const approved = new Map(context.baseline.scripts.map((script) => [script.where, script]));
    return scripts.flatMap((script, index) => {
      const where = placeOfScript(script);
      const there = approved.get(where);
      // An approved address with another body is `changed-script`; code without an address has only its body to go by.
      const known = where.startsWith('inline:')
        ? there !== undefined &&
          (there.hashes.length === 0 ||
            there.hashes.includes(script.body) ||
            sameShape(script, there.shape, context))
        : there !== undefined;
      return known ? [] : [stranger(script, index, context, there?.hashes ?? [])];
    });
  },
});

function stranger(
  script: ObservedScript,
  index: number,
  { bodies, code }: Context,
  approved: readonly BlobRef[],
): Draft {
  const where = placeOfScript(script);
  const inline = where.startsWith('inline:');
  const bytes = bodies(script.body);
  const understood = code?.(script.body);
  const explained = bytes === undefined ? null : explainNew({ bytes, code: understood });
  const renamed = approved.some((ref) => isSameCode(code?.(ref), understood));
  const said = renamed
    ? text(
        'It is the same code as an approved script here, minified or renamed anew.',
        'この場所で承認済みのスクリプトと同じコードを圧縮し直したか、変数名を変えただけです。',
      )
    : (explained?.says ?? text('', ''));
  const severity = renamed ? 'low' : (explained?.severity ?? 'medium');
  const by = script.initiator.url;
  return {
    // The same inline code again is the same wrong; another one at the same place is another.
    subject: inline ? `${where}#${script.body.slice(7, 23)}` : where,
    grade: 'changed',
    severity: severity !== 'low' && script.target.endsWith('worker') ? 'high' : severity,
    title: inline
      ? text(
          `Code that nobody has approved runs inside ${shown(where.slice(7))}.`,
          `${shown(where.slice(7))} の中で、承認されていないコードが動いています。`,
        )
      : text(
          `A script that nobody has approved is loaded from ${shown(where)}.`,
          `承認されていないスクリプトが ${shown(where)} から読み込まれています。`,
        ),
    detail: text(
      `It ran in ${shown(script.frameUrl, 120)}${by === null ? '' : `, brought in by ${shown(by, 120)}`}. ${said.en} If you or a supplier added it, have its owner and purpose written down and approve it; if not, treat it as an intrusion.`,
      `${shown(script.frameUrl, 120)} で実行されました${by === null ? '' : `（読み込み元：${shown(by, 120)}）`}。${said.ja}自社または取引先が追加したものであれば、担当者と目的を記録して承認してください。心当たりがない場合は、不正な改ざんとして扱ってください。`,
    ),
    references: [scriptReference(script, index)],
  };
}

function nothingApproved(scripts: readonly ObservedScript[]): Draft {
  const places = [...new Set(scripts.map(placeOfScript))].sort();
  return {
    subject: 'no-baseline',
    grade: 'changed',
    severity: 'low',
    title: text(
      `${scripts.length} scripts run on this page and none has been approved yet.`,
      `このページでは${scripts.length}個のスクリプトが動いていますが、まだどれも承認されていません。`,
    ),
    detail: text(
      `They come from ${listed(places, 'en', 8)}. Look through the list, find out what each is for, and approve the page; from then on every change is told.`,
      `読み込み元：${listed(places, 'ja', 8)}。一覧で用途を確かめたうえで、ページを承認してください。以後の変化はすべてお知らせします。`,
    ),
    references: scripts.map(scriptReference),
  };
}

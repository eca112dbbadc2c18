import { type BlobRef, type ObservedScript, text } from '@komainu/model';
import { type CodeChange, compareCode } from '../code/compare.ts';
import { describe } from '../code/describe.ts';
import { type Bodies, type Context, defineDetector, type Draft } from '../define.ts';
import { shown } from '../show.ts';
import { placeOfScript, sameShape, scriptReference } from './unapproved-script.ts';

export const changedScript = defineDetector({
  id: 'changed-script',
  title: text('Approved script with another body', '承認済みスクリプトの内容の変化'),
  why: text(
    "Attackers append to the shop's own files, or to a supplier's: the address stays approved, the bytes do not.",
    '攻撃者は、店舗自身や取引先のファイルに不正なコードを書き足します。アドレスは承認済みのままでも、内容は別物になります。',
  ),
  requires: ['scripts'],
  detect({ scripts }, context) {
    const approved = new Map(context.baseline?.scripts.map((script) => [script.where, script]));
    return scripts.flatMap((script, index) => {
      const where = placeOfScript(script);
      const { hashes = [], shape } = approved.get(where) ?? {};
      // No hashes at an approved place is a written decision: a supplier that changes its script every day.
      if (where.startsWith('inline:') || hashes.length === 0 || hashes.includes(script.body)) return [];
      if (sameShape(script, shape, context)) return [];
      return [other(where, script, index, hashes, context)];
    });
  },
});

function other(
  where: string,
  script: ObservedScript,
  index: number,
  hashes: readonly BlobRef[],
  { baseline, bodies }: Context,
): Draft {
  const after = bodies(script.body);
  const before = nearest(hashes, script.bytes, bodies);
  const change = after === undefined || before === null ? null : compareCode(before.bytes, after);
  const how =
    change === null
      ? text(
          'The approved body is not at hand, so how it differs cannot be shown.',
          '承認時の内容を参照できないため、差分は表示できません。',
        )
      : describe(change);
  const known = new Set(baseline?.destinations.map(({ origin }) => origin.replace(/^[a-z]+:\/\//, '')));
  return {
    subject: where,
    grade: 'changed',
    severity: severityOf(change, known),
    title: text(
      `The script at ${shown(where)} is not the one that was approved.`,
      `${shown(where)} のスクリプトが、承認時の内容と異なっています。`,
    ),
    detail: text(
      `${how.en} It ran in ${shown(script.frameUrl, 120)}. If this is a release of yours or your supplier's, compare and approve it; if nobody released anything, treat it as an intrusion.`,
      `${how.ja}${shown(script.frameUrl, 120)} で実行されました。自社または取引先の更新であれば、内容を比べたうえで承認してください。更新の予定がなかった場合は、不正な改ざんとして扱ってください。`,
    ),
    references: [
      ...(before === null
        ? []
        : [{ label: where, blob: before.ref, pointer: null, role: 'before' as const }]),
      scriptReference(script, index),
    ],
  };
}

function severityOf(change: CodeChange | null, known: ReadonlySet<string>): Draft['severity'] {
  if (change === null) return 'high';
  const strangers = change.hosts.some((host) => !known.has(host));
  const attack = change.hidden || change.signs.some((sign) => sign.weight === 'attack');
  const card = change.signs.some((sign) => sign.id === 'reads-card');
  if ((strangers && (card || attack)) || (card && attack)) return 'critical';
  return strangers || attack || card || change.signs.length > 0 ? 'high' : 'medium';
}

/** Of the approved bodies at hand, the one closest in length: most likely what it was made from. */
function nearest(
  hashes: readonly BlobRef[],
  length: number,
  bodies: Bodies,
): { readonly ref: BlobRef; readonly bytes: Uint8Array } | null {
  const known = hashes.flatMap((ref) => {
    const bytes = bodies(ref);
    return bytes === undefined ? [] : [{ ref, bytes }];
  });
  return (
    known.sort((a, b) => Math.abs(a.bytes.length - length) - Math.abs(b.bytes.length - length))[0] ?? null
  );
}

import { type BlobRef, type ObservedScript, text } from '@komainu/model';
import { explainChange, explainNew, isSameCode, type Version } from '../code/explain.ts';
import { type Context, defineDetector, type Draft } from '../define.ts';
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
  context: Context,
): Draft {
  const after = versionOf(script.body, context);
  const before = nearest(hashes, script.bytes, after, context);
  const explained =
    after === null || before === null ? null : explainChange(before, after, hostsKnown(context));
  const alone = after === null ? text('', '') : explainNew(after).says;
  const how =
    explained?.says ??
    text(
      `The approved body is not at hand, so how it differs cannot be shown. ${alone.en}`.trim(),
      `承認時の内容を参照できないため、差分は表示できません。${alone.ja}`,
    );
  return {
    subject: where,
    grade: 'changed',
    severity: explained?.severity ?? 'high',
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

/** Hosts, with their ports, that the shop's approval knows as destinations. */
const hostsKnown = ({ baseline }: Context): ReadonlySet<string> =>
  new Set(baseline?.destinations.map(({ origin }) => origin.replace(/^[a-z]+:\/\//, '')));

interface Kept extends Version {
  readonly ref: BlobRef;
}

function versionOf(ref: BlobRef, { bodies, code }: Context): Kept | null {
  const bytes = bodies(ref);
  return bytes === undefined ? null : { ref, bytes, code: code?.(ref) };
}

/** Of the approved bodies at hand, the same code under other names, or else the one closest in length. */
function nearest(
  hashes: readonly BlobRef[],
  length: number,
  after: Kept | null,
  context: Context,
): Kept | null {
  const known = hashes.map((ref) => versionOf(ref, context)).filter((version) => version !== null);
  const far = (one: Kept) => Math.abs(one.bytes.length - length);
  return (
    known.find((one) => isSameCode(one.code, after?.code)) ??
    known.toSorted((a, b) => far(a) - far(b))[0] ??
    null
  );
}

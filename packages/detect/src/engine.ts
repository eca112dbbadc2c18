import { type Artifact, type Difference, type Failure, type Finding, text } from '@komainu/model';
import type { CheckDetector, Context, Detector, Draft, Evidence, EvidenceName, Visited } from './define.ts';
import { label, listed, shown } from './show.ts';
import { merged } from './verdict.ts';

/** The evidence of one visit or report: every part observed, or the typed failure to observe it. */
export type Case = { readonly [N in EvidenceName]?: Artifact<Evidence[N]> | undefined };

/** A hostile page can make any number of anything; a judgement stays readable and below a few hundred kilobytes. */
const MAX_FINDINGS = 100;
const MAX_REFERENCES = 20;
const MAX_KEY = 300;

/** Runs detectors over a case. Never throws: what could not be judged is a finding of grade `unobserved`. */
export function examine(
  detectors: readonly Detector[],
  evidence: Case,
  context: Context,
): readonly Finding[] {
  const needed = new Map<EvidenceName, string[]>();
  for (const detector of detectors)
    for (const name of detector.requires) needed.set(name, [...(needed.get(name) ?? []), detector.id]);
  const findings = [...needed].flatMap(([name, ids]) => unobserved(name, ids, evidence[name]));
  for (const detector of detectors) {
    const seen = observed(detector, evidence);
    if (seen !== null) findings.push(...run(detector, () => detector.detect(seen, context)));
  }
  return findings;
}

/** Runs detectors over all visits of a check together, with the same promises. */
export function examineTogether(
  detectors: readonly CheckDetector[],
  given: readonly Visited[],
  context: Context,
): readonly Finding[] {
  // A list of this judgement's own: what detectors remember of it must not outlive what a caller adds to theirs.
  const visits = [...given];
  return detectors.flatMap((detector) => [
    ...visits.flatMap(({ recording }) => missing(detector, recording)),
    ...run(detector, () => detector.detect(visits, context)),
  ]);
}

/**
 * Recordings made before visits had a role lack newer artifacts and are judged without them. Pinned visits compare what
 * was sent; who did it is told by the free ones.
 */
const missing = (detector: CheckDetector, { visit, artifacts }: Visited['recording']): readonly Finding[] =>
  visit.role === undefined
    ? []
    : detector.requires
        .filter((name) => name !== 'acts' || visit.role?.kind === 'free')
        .flatMap((name) => unobserved(name, [detector.id], artifacts[name]));

/** What the detector asked for and nothing else, or null when a part of it is missing. */
function observed(detector: Detector, evidence: Case): Evidence | null {
  const seen: Partial<Record<EvidenceName, unknown>> = {};
  for (const name of detector.requires) {
    const artifact = evidence[name];
    if (artifact?.kind !== 'observed') return null;
    seen[name] = artifact.value;
  }
  return seen as Evidence;
}

function run(detector: Pick<Detector, 'id' | 'title'>, detect: () => readonly Draft[]): readonly Finding[] {
  try {
    const found = merged(detect().map((draft) => finish(detector.id, draft)));
    const kept = found.slice(0, MAX_FINDINGS);
    const rest = found.slice(MAX_FINDINGS);
    if (rest.length === 0) return kept;
    const more = text(
      `${rest.length} more findings of the kind "${detector.title.en}" were left out of this list.`,
      `「${detector.title.ja}」の検出結果がほかに${rest.length}件ありますが、この一覧では省略しました。`,
    );
    return [
      ...kept,
      finish(detector.id, {
        subject: 'more',
        grade: rest[0]?.grade ?? 'changed',
        severity: 'high',
        title: more,
        detail: more,
      }),
    ];
  } catch (thrown) {
    // Evidence that makes a detector fail may have been made for that: it is never clean.
    const why = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'unknown';
    return [
      finish('engine', {
        subject: `failed:${detector.id}`,
        grade: 'unobserved',
        severity: 'high',
        title: text(
          `The check "${detector.title.en}" could not be carried out.`,
          `「${detector.title.ja}」の検査を実行できませんでした。`,
        ),
        detail: text(
          `The detector ${detector.id} failed on this evidence (${shown(why, 160)}). What it would have found is unknown. Please send us this judgement; until then treat the page as not checked.`,
          `検出器 ${detector.id} がこの証拠を処理できませんでした（${shown(why, 160)}）。何が見つかるはずだったかは分かりません。この判定結果をお知らせください。それまでは未検査として扱ってください。`,
        ),
      }),
    ];
  }
}

function unobserved(
  name: EvidenceName,
  ids: readonly string[],
  artifact: Artifact<unknown> | undefined,
): readonly Finding[] {
  if (artifact === undefined)
    return [failed(name, ids, 'missing', text('It was not recorded.', '記録されていません。'))];
  if (artifact.kind === 'failed') return [failed(name, ids, artifact.failure.code, artifact.failure.message)];
  const gaps = new Map<string, readonly Failure[]>();
  for (const gap of artifact.gaps) gaps.set(gap.code, [...(gaps.get(gap.code) ?? []), gap]);
  return [...gaps].map(([code, of]) => gap(name, code, of));
}

const NAMES: Partial<Record<EvidenceName, { readonly en: string; readonly ja: string }>> = {
  scripts: text('the scripts', 'スクリプト'),
  wire: text('what the page sent', 'ページからの送信内容'),
  headers: text('the security headers', 'セキュリティヘッダー'),
  frames: text('the frames', 'フレーム'),
  forms: text('the forms', 'フォーム'),
  cardFields: text('the card fields', 'カード入力欄'),
  screenshots: text('the screenshots', '画面の写し'),
  acts: text('what scripts did with the typed card', '入力したカード情報に対するスクリプトの動作'),
  connections: text('the connections of the browser', 'ブラウザーの接続先'),
  signs: text('the code in changed files', '変更されたファイルのコード'),
  ownHits: text('what your own rules find in changed files', '変更されたファイルに対する独自ルールの結果'),
};
const nameOf = (name: EvidenceName) => NAMES[name] ?? text(name, name);

const failed = (name: EvidenceName, ids: readonly string[], code: string, why: Failure['message']): Finding =>
  finish('engine', {
    subject: `unobserved:${name}:${code}`,
    grade: 'unobserved',
    severity: 'high',
    title: text(
      `Komainu could not observe ${nameOf(name).en}.`,
      `${nameOf(name).ja}を観測できませんでした。`,
    ),
    detail: text(
      `${shown(why.en, 400)} Not checked because of this: ${ids.join(', ')}. Something could be hidden there; please remove the cause and check again.`,
      `${shown(why.ja, 400)} このため次の検査ができていません：${ids.join('、')}。異常が隠れている可能性がありますので、原因を取り除いてもう一度検査してください。`,
    ),
  });

function gap(name: EvidenceName, code: string, of: readonly Failure[]): Finding {
  const urls = [...new Set(of.flatMap((failure) => (failure.url === undefined ? [] : [failure.url])))];
  const first = of[0]?.message ?? text(code, code);
  return finish('engine', {
    subject: `gap:${name}:${code}`,
    grade: 'unobserved',
    severity: 'medium',
    title: text(
      `Komainu saw only part of ${nameOf(name).en}.`,
      `${nameOf(name).ja}の一部を観測できませんでした。`,
    ),
    detail: text(
      `${shown(first.en, 400)}${of.length > 1 ? ` (${of.length} times)` : ''}${urls.length > 0 ? ` Where: ${listed(urls, 'en')}.` : ''} What was not seen cannot be called clean.`,
      `${shown(first.ja, 400)}${of.length > 1 ? `（${of.length}回）` : ''}${urls.length > 0 ? `該当箇所：${listed(urls, 'ja')}。` : ''}観測できなかった部分を「異常なし」とは判定できません。`,
    ),
    references: urls.map((url) => ({ label: url, blob: null, pointer: null, role: 'other' as const })),
  });
}

/** From draft to finding; whatever a page wrote into it is made well formed and bounded here, once. */
export function finish(detector: string, draft: Draft): Finding {
  const { leak, difference } = draft;
  return {
    detector,
    key: label(`${detector}:${draft.subject}`, MAX_KEY),
    grade: draft.grade,
    severity: draft.severity,
    confidence: draft.confidence ?? 'certain',
    title: text(draft.title.en.toWellFormed(), draft.title.ja.toWellFormed()),
    detail: text(draft.detail.en.toWellFormed(), draft.detail.ja.toWellFormed()),
    references: (draft.references ?? [])
      .slice(0, MAX_REFERENCES)
      .map((reference) => ({ ...reference, label: label(reference.label) })),
    leak:
      leak === undefined
        ? null
        : {
            ...leak,
            channel: label(leak.channel, 200),
            destination: label(leak.destination),
            script: leak.script === null ? null : label(leak.script),
          },
    ...(difference === undefined ? {} : { difference: bounded(difference) }),
  };
}

const bounded = ({ kind, message, part, a, b }: Difference): Difference => ({
  kind,
  message: label(message, 400),
  part: label(part, 200),
  a: { ...a, text: label(a.text, 1000) },
  b: { ...b, text: label(b.text, 1000) },
});

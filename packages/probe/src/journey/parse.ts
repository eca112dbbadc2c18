import { Journey, type Text, text } from '@komainu/model';
import { fillable, unknownPlaceholder } from './fill.ts';

export type ParsedJourney =
  | { readonly kind: 'ok'; readonly journey: Journey }
  | { readonly kind: 'refused'; readonly message: Text };

/** Reads a recording of Chrome DevTools Recorder. `source` names the file in the refusal. */
export function parseJourney(json: unknown, source: string): ParsedJourney {
  const result = Journey.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    const path = (issue?.path ?? []).map(String);
    const where =
      path[0] === 'steps' && path[1] !== undefined ? `step ${Number(path[1]) + 1}` : path.join('.') || 'file';
    const whereJa =
      path[0] === 'steps' && path[1] !== undefined
        ? `手順 ${Number(path[1]) + 1}`
        : path.join('.') || 'ファイル';
    const key = path.slice(2).join('.');
    const what = issue?.message ?? 'not a journey';
    return refused(
      `${source}: ${where}${key ? `, ${key}` : ''}: ${what}. Export the journey from Chrome DevTools Recorder as JSON.`,
      `${source}：${whereJa}${key ? `（${key}）` : ''}：${what}。Chrome DevTools の「レコーダー」から JSON で書き出してください。`,
    );
  }
  for (const value of fillable(result.data)) {
    const unknown = unknownPlaceholder(value);
    if (unknown !== null)
      return refused(
        `${source}: ${unknown} is not a placeholder. Known are {{origin}}, {{canary.number}}, {{canary.expiry}}, {{canary.code}}, {{canary.holder}} and {{shopper.…}}.`,
        `${source}：${unknown} という差し込みはありません。使えるのは {{origin}}、{{canary.number}}、{{canary.expiry}}、{{canary.code}}、{{canary.holder}}、{{shopper.…}} です。`,
      );
  }
  return { kind: 'ok', journey: result.data };
}

const refused = (en: string, ja: string): ParsedJourney => ({ kind: 'refused', message: text(en, ja) });

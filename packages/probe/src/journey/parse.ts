import { Journey, type Text, text } from '@komainu/model';
import { fillable, unknownPlaceholder } from './fill.ts';

export type ParsedJourney =
  | { readonly kind: 'ok'; readonly journey: Journey }
  | { readonly kind: 'refused'; readonly message: Text };

/** Reads a recording of Chrome DevTools Recorder. `source` names the file in the refusal. */
export function parseJourney(json: unknown, source: string): ParsedJourney {
  const refusal = unwalkable(json, source);
  if (refusal !== null) return refusal;
  const result = Journey.safeParse(walkable(json));
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
        `${source}: ${unknown} is not a placeholder. Known are {{origin}}, {{canary.number}}, {{canary.expiry}}, {{canary.code}}, {{canary.holder}} and {{shopper.…}} (familyName, givenName, familyKana, givenKana, postcode, prefecture, city, street, phone, email).`,
        `${source}：${unknown} という差し込みはありません。使えるのは {{origin}}、{{canary.number}}、{{canary.expiry}}、{{canary.code}}、{{canary.holder}}、{{shopper.…}} です。`,
      );
  }
  return { kind: 'ok', journey: result.data };
}

/** Members of Recorder's own schema that a visit has no use for, at the cost of nothing: left out. */
function walkable(json: unknown): unknown {
  if (!isObject(json) || !Array.isArray(json['steps'])) return json;
  // How Recorder chose its selectors.
  const { selectorAttribute: _, ...journey } = json;
  const steps: readonly unknown[] = json['steps'];
  // Recorder ends by closing the page; a visit closes it anyway, after looking at it.
  const last = steps.at(-1);
  return { ...journey, steps: isObject(last) && last['type'] === 'close' ? steps.slice(0, -1) : steps };
}

interface Unwalkable {
  readonly test: (step: Readonly<Record<string, unknown>>) => boolean;
  readonly en: string;
  readonly ja: string;
}
/** What Recorder's schema (@puppeteer/replay) allows and a visit does not do: by name, with what to do about it. */
const UNWALKABLE: readonly Unwalkable[] = [
  {
    test: ({ type }) => type === 'customStep',
    en: 'customStep: steps of Recorder extensions cannot be walked. Record what it does by hand, or delete the step.',
    ja: 'customStep：レコーダー拡張機能の手順は実行できません。同じ操作を手作業で記録するか、この手順を削除してください。',
  },
  {
    test: ({ type }) => type === 'emulateNetworkConditions',
    en: 'emulateNetworkConditions: visits are not slowed down. Delete the step (switch throttling off when recording).',
    ja: 'emulateNetworkConditions：訪問では通信速度を変えません。この手順を削除してください（記録時は速度制限を解除してください）。',
  },
  {
    test: ({ type }) => type === 'close',
    en: 'close: a visit walks one page and closes it at the end. Delete the step, and those in the window it closes.',
    ja: 'close：訪問で操作するのは一つのページだけです。この手順と、閉じるウィンドウでの手順を削除してください。',
  },
  {
    test: ({ attributes, properties }) => attributes !== undefined || properties !== undefined,
    en: 'attributes, properties: only the presence of an element is waited for. Delete these members; if they matter, use a CSS selector ([data-state="open"]).',
    ja: 'attributes・properties：要素の有無だけを待ちます。この項目を削除し、必要であれば CSS セレクター（[data-state="open"] など）で指定してください。',
  },
  {
    test: ({ assertedEvents }) => assertedEvents !== undefined && !isNavigations(assertedEvents),
    en: 'assertedEvents: only {"type": "navigation"} is known. Delete the others.',
    ja: 'assertedEvents：使えるのは {"type": "navigation"} だけです。ほかは削除してください。',
  },
  {
    test: ({ selectors }) => Array.isArray(selectors) && selectors.length === 0,
    en: 'selectors: the list is empty. Record the step again.',
    ja: 'selectors：空になっています。この手順を記録し直してください。',
  },
];

function unwalkable(json: unknown, source: string): ParsedJourney | null {
  const checked = walkable(json);
  if (!isObject(checked) || !Array.isArray(checked['steps'])) return null;
  for (const [at, step] of (checked['steps'] as readonly unknown[]).entries()) {
    const row = isObject(step) ? UNWALKABLE.find(({ test }) => test(step)) : undefined;
    if (row) return refused(`${source}: step ${at + 1}, ${row.en}`, `${source}：手順 ${at + 1}、${row.ja}`);
  }
  return null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNavigations = (events: unknown): boolean =>
  Array.isArray(events) && events.every((event) => isObject(event) && event['type'] === 'navigation');

const refused = (en: string, ja: string): ParsedJourney => ({ kind: 'refused', message: text(en, ja) });

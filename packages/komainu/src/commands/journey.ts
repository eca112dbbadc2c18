import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Journey, newId, PaymentPage, type Persona, type ShopId } from '@komainu/model';
import {
  newCanary,
  openBrowser,
  parseJourney,
  personaOf,
  PERSONAS,
  recordJourney,
  visit,
} from '@komainu/probe';
import { blobsIn } from '../check/kept.ts';
import type { Context, Run } from '../cli/command.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { readJsonNamed, writeNamed } from '../cli/files.ts';
import { untrusted } from '../cli/output.ts';

interface RecordOptions {
  readonly out: string;
  readonly title?: string;
}

/** Opens a browser with a window and writes down what a person does in it. */
export const record: Run<RecordOptions> = async (options, { out, env, signal }, [address = '']) => {
  if (!URL.canParse(address) || !/^https?:/.test(address)) throw notAnAddress(address);
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY'] && process.platform === 'linux')
    throw new KomainuError('unavailable', {
      en: 'there is no display here to open a browser on: record on a computer that has one (with this command, or in Chrome: DevTools, Recorder panel, export as JSON) and bring the file here; komainu journey check reads both. Without any recording the autopilot looks for the way itself (journey: built-in)',
      ja: 'ここにはブラウザーを開ける画面がありません。画面のあるコンピューターでこのコマンドか Chrome DevTools の「レコーダー」（JSON で書き出し）で記録し、ファイルを持ってきてください。どちらも komainu journey check で確認できます。記録がない場合は自動操縦が手順を探します（journey: built-in）。',
    });
  out.note(
    out.say({
      en: 'do the whole way to where the card is typed, type any made-up card, do not place the order, then close the browser',
      ja: 'カード情報を入力するところまで操作し（番号は架空のもので構いません）、注文は確定せずにブラウザーを閉じてください',
    }),
  );
  const executable = env['KOMAINU_CHROMIUM'];
  const { journey, notes } = await recordJourney({
    address,
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(executable ? { executable } : {}),
    signal,
  });
  writeNamed(options.out, 'journey', `${JSON.stringify(journey, null, 2)}\n`);
  for (const note of notes) out.note(`  ! ${out.say(note)}`);
  out.result({ file: resolve(options.out), steps: journey.steps.length, notes });
  out.line(
    out.say({
      en: `${journey.steps.length} steps written to ${resolve(options.out)}; now: komainu journey check ${options.out}`,
      ja: `${journey.steps.length} 件の手順を ${resolve(options.out)} に書き出しました。次は komainu journey check ${options.out} で確認してください。`,
    }),
  );
  return journey.steps.length > 0 ? EXIT.ok : EXIT.failed;
};

interface CheckOptions {
  readonly url?: string;
  readonly privateNetwork?: boolean;
  readonly persona?: string;
  readonly timeout: string;
}

/** Walks a journey once, as a check would, and says how each step went. */
export const check: Run<CheckOptions> = async (options, context, [file = '']) => {
  const { out } = context;
  const parsed = parseJourney(readJsonNamed(file, 'journey'), file);
  if (parsed.kind === 'refused') throw new KomainuError('data', parsed.message);
  const { journey } = parsed;
  const seconds = Number(options.timeout);
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw new KomainuError('usage', {
      en: `--timeout ${options.timeout}: a number of seconds`,
      ja: `--timeout ${options.timeout}: 秒数を指定してください`,
    });
  const { steps, failure, typed } = await walk(options, context, journey, seconds * 1_000);
  for (const [index, step] of journey.steps.entries()) {
    const went = steps[index];
    const how =
      went === undefined
        ? '-'
        : went.failure === null
          ? `${went.took} ms`
          : out.say({ en: 'FAILED', ja: '失敗' });
    out.line(`${String(index + 1).padStart(3)}  ${how.padStart(8)}  ${untrusted(inWords(step), 120)}`);
  }
  if (failure !== null) out.line(untrusted(out.say(failure.message), 600));
  const known = journey.steps.some((step) => 'role' in step && step.role === 'choose-card');
  if (!typed) out.note(out.say(NO_CARD));
  if (!known) out.note(out.say(NO_MARK));
  out.result({ file, walked: failure === null, typed, steps, failure });
  return failure === null && typed ? EXIT.ok : EXIT.failed;
};

const NO_CARD = {
  en: 'no card number was typed on this way: it does not lead to where the card is asked for',
  ja: 'カード番号は入力されませんでした。カード情報の入力欄まで進む手順になっていません。',
};
const NO_MARK = {
  en: 'no step is marked as the choice of payment by card; write "role": "choose-card" into the click that chooses it',
  ja: 'カード決済を選ぶ手順に印がありません。該当するクリックに "role": "choose-card" を書き加えてください。',
};

async function walk(options: CheckOptions, { env, signal }: Context, journey: Journey, deadline: number) {
  const page = pageOf(options, journey);
  const persona = personaNamed(options.persona);
  const dir = await mkdtemp(join(tmpdir(), 'komainu-journey-'));
  const executable = env['KOMAINU_CHROMIUM'];
  const browser = await openBrowser({ ...(executable ? { executable } : {}), signal });
  try {
    const { recording } = await visit({
      browser,
      shop: 'address' as ShopId,
      page,
      journey,
      persona,
      canary: newCanary(),
      check: newId('check'),
      purpose: 'check',
      blobs: await blobsIn(dir),
      signal,
      deadline,
      privateNetwork: options.privateNetwork ?? false,
    });
    const { cardFields } = recording.artifacts;
    const typed =
      cardFields.kind === 'observed' &&
      cardFields.value.some((one) => one.field === 'number' && one.typedAt !== null);
    return { steps: recording.steps, failure: recording.failure, typed };
  } finally {
    await browser.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** The payment page, or whatever the journey begins at: only its origin is needed. */
function pageOf({ url }: CheckOptions, journey: Journey): PaymentPage {
  const first = journey.steps.find((step) => step.type === 'navigate');
  const address = url ?? (first?.type === 'navigate' ? first.url : '');
  if (address.includes('{{origin}}'))
    throw new KomainuError('usage', {
      en: 'the journey holds {{origin}}: say whose with --url https://shop.example/checkout/payment',
      ja: 'この手順には {{origin}} が含まれています。--url https://shop.example/checkout/payment のように決済ページのアドレスを指定してください。',
    });
  const page = PaymentPage.safeParse({ id: 'page', url: address, journey: '' });
  if (!page.success) throw notAnAddress(address);
  return page.data;
}

function personaNamed(id: string | undefined): Persona {
  const persona = personaOf(id ?? PERSONAS[0]?.id ?? '', Date.now());
  if (persona !== undefined) return persona;
  const known = PERSONAS.map((one) => one.id).join(', ');
  throw new KomainuError('usage', {
    en: `--persona ${id}: there is no such visitor; there are ${known}`,
    ja: `--persona ${id}: この利用者像はありません。使えるのは ${known} です。`,
  });
}

function inWords(step: Journey['steps'][number]): string {
  const selector = 'selectors' in step ? step.selectors?.[0] : undefined;
  const where = Array.isArray(selector) ? selector.join(' ') : (selector ?? '');
  const what = step.type === 'navigate' ? step.url : step.type === 'change' ? step.value : '';
  const role = 'role' in step && step.role !== undefined ? `[${step.role}]` : '';
  return [step.type, role, where, what].filter((part) => part !== '').join(' ');
}

const notAnAddress = (address: string): KomainuError =>
  new KomainuError('usage', {
    en: `"${address}" is not an address: give it whole, with http:// or https://`,
    ja: `「${address}」はアドレスではありません。http:// または https:// から指定してください。`,
  });

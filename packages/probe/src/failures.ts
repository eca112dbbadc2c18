import { type Failure, type FailureCode, type Text, text } from '@komainu/model';

interface Where {
  readonly step?: number;
  readonly url?: string;
  readonly detail?: string;
}

/** A {@link Failure}; `undefined` members are left out, as its schema wants. */
export const failure = (code: FailureCode, message: Text, where: Where = {}): Failure => ({
  code,
  message,
  ...(where.step === undefined ? {} : { step: where.step }),
  ...(where.url === undefined ? {} : { url: clip(where.url, 2_000) }),
  ...(where.detail === undefined ? {} : { detail: clip(where.detail, 1_000) }),
});

/** Cut to `max` characters, the cut shown. */
export const clip = (value: string, max: number): string =>
  value.length <= max ? value : `${value.slice(0, max - 1)}…`;

const NET: readonly (readonly [RegExp, FailureCode, Text])[] = [
  [
    /ERR_CERT_|ERR_SSL_|ERR_BAD_SSL|SSL_PROTOCOL/,
    'tls',
    text(
      'The encrypted connection could not be trusted. Check the certificate of this address: its name, dates and chain.',
      '暗号化通信を信頼できませんでした。このアドレスの証明書（名前・有効期限・発行元のつながり）を確認してください。',
    ),
  ],
  [
    /ERR_TOO_MANY_REDIRECTS/,
    'redirect-loop',
    text(
      'The address redirects without end. Open it in a private window and look where it goes round.',
      'リダイレクトが終わりません。シークレットウィンドウで開き、どこで循環しているか確認してください。',
    ),
  ],
  [
    /Download is starting|ERR_ABORTED.*download/i,
    'download',
    text(
      'The address gives a file to download instead of a page. Check the address of the journey.',
      'ページではなくファイルのダウンロードが始まりました。手順のアドレスを確認してください。',
    ),
  ],
  [
    /ERR_NAME_NOT_RESOLVED|ERR_CONNECTION|ERR_ADDRESS|ERR_EMPTY_RESPONSE|ERR_INTERNET|ERR_NETWORK|ERR_INVALID_HTTP|ERR_HTTP2|ERR_SOCKET|ERR_TIMED_OUT|ERR_UNSAFE_PORT|ERR_SOCKS|ERR_PROXY|ERR_FAILED|ERR_INVALID_RESPONSE|ERR_RESPONSE_HEADERS/,
    'unreachable',
    text(
      'The address does not answer. Check that the shop is running and that this machine can reach it.',
      'アドレスに接続できません。ショップが動いているか、この環境から届くかを確認してください。',
    ),
  ],
];

/** What a browser's words about a navigation mean; null when they are not about the network. */
export function fromNetError(words: string, where: Where): Failure | null {
  const row = NET.find(([pattern]) => pattern.test(words));
  return row ? failure(row[1], row[2], { ...where, detail: words }) : null;
}

/** Too many, or too busy: a visitor who minds its manners goes. `retryAfter` as the shop wrote it, untrusted. */
const comeBackLater = (status: number, where: Where, retryAfter: string | undefined): Failure => {
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : null;
  const date = seconds === null && retryAfter !== undefined ? Date.parse(retryAfter) : Number.NaN;
  const wait = seconds ?? (Number.isNaN(date) ? null : Math.max(0, Math.round((date - Date.now()) / 1000)));
  return failure(
    'limit',
    text(
      `The shop answered with HTTP ${status}: it asks for fewer visits${wait === null ? '' : `, and for none within ${wait} s`}. The visit stopped. Check less often (everySeconds), or have the probe admitted by the shop (identify).`,
      `ショップが HTTP ${status} を返し、アクセスを控えるよう求めています${wait === null ? '' : `（${wait} 秒後まで）`}。訪問を中止しました。検査の間隔（everySeconds）を広げるか、ショップ側で検査の訪問を許可してください（identify）。`,
    ),
    where,
  );
};

export const httpStatus = (status: number, where: Where, retryAfter?: string): Failure =>
  status === 429 || (status === 503 && retryAfter !== undefined)
    ? comeBackLater(status, where, retryAfter)
    : failure(
        'http-status',
        text(
          `The page answered with HTTP ${status}. Open the address in a browser and check that it is still right.`,
          `ページが HTTP ${status} を返しました。ブラウザーで開き、アドレスが今も正しいか確認してください。`,
        ),
        where,
      );

export const timeout = (ms: number, where: Where = {}): Failure =>
  failure(
    'timeout',
    text(
      `The visit was not finished within ${Math.round(ms / 1000)} s. What was seen until then is recorded. If the shop is slow, allow more time.`,
      `${Math.round(ms / 1000)} 秒以内に確認が終わりませんでした。それまでに見えたものは記録しています。ショップの応答が遅い場合は制限時間を延ばしてください。`,
    ),
    where,
  );

export const aborted = (): Failure =>
  failure('timeout', text('The visit was stopped before its end.', '確認は途中で中止されました。'));

export const browserGone = (detail?: string): Failure =>
  failure(
    'browser',
    text(
      'The browser ended during the visit. The next visit starts a new one; if this happens again, look at the memory of this machine.',
      '確認中にブラウザーが終了しました。次回は新しいブラウザーで行います。繰り返す場合は、この環境のメモリーを確認してください。',
    ),
    detail === undefined ? {} : { detail },
  );

export const tabCrashed = (where: Where): Failure =>
  failure(
    'crashed',
    text(
      'The page crashed the browser tab. Open it in a browser; if it works there, run the check again.',
      'ページの表示中にタブがクラッシュしました。ブラウザーで開いて問題がなければ、もう一度確認してください。',
    ),
    where,
  );

export const neverSettled = (where: Where): Failure =>
  failure(
    'never-settled',
    text(
      'The page never came to rest: it kept loading or rebuilding itself. What was seen until then is recorded.',
      'ページの読み込みや書き換えが続き、落ち着きませんでした。それまでに見えたものは記録しています。',
    ),
    where,
  );

export const stepNotFound = (step: number, what: string, where: Where): Failure =>
  failure(
    'step-not-found',
    text(
      `Step ${step + 1} found nothing for ${what}. The page may have changed, or card payments are switched off: look at the page, then record the journey again or correct the selector of this step.`,
      `手順 ${step + 1}：${what} に当てはまるものが見つかりません。ページが変わったか、カード決済が止められています。ページを確認し、手順を記録し直すか、この手順のセレクターを直してください。`,
    ),
    { ...where, step },
  );

export const stepFailed = (step: number, what: Text, where: Where): Failure =>
  failure('step-failed', text(`Step ${step + 1}: ${what.en}`, `手順 ${step + 1}：${what.ja}`), {
    ...where,
    step,
  });

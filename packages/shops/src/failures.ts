import { type Failure, text } from '@komainu/model';

/** A platform's own words, shortened; whole pages of HTML come as error messages. */
const excerpt = (words: string): string => words.slice(0, 500).toWellFormed();

export const noPlatform: Failure = {
  code: 'unreachable',
  message: text(
    'No platform is configured for this shop, so Komainu cannot switch card payments by itself. Switch them by hand now, and add `platform` to the configuration.',
    'この店舗にはプラットフォームの設定がないため、Komainu はカード決済を切り替えられません。今すぐ手作業で切り替え、設定に platform を追加してください。',
  ),
};

export const noPassword = (variable: string): Failure => ({
  code: 'unreachable',
  message: text(
    `The environment variable ${variable} is not set, so Komainu cannot sign in to the shop's admin API. Set it to the password and restart Komainu.`,
    `環境変数 ${variable} が設定されていないため、店舗の管理 API にサインインできません。パスワードを設定して Komainu を再起動してください。`,
  ),
});

export const timedOut = (url: string, ms: number): Failure => ({
  code: 'timeout',
  message: text(
    `The shop's admin API did not answer within ${ms / 1000} s. Check that the shop's engine is running and not overloaded.`,
    `店舗の管理 API が${ms / 1000}秒以内に応答しませんでした。店舗のシステムが動いているか、負荷が高すぎないか確認してください。`,
  ),
  url,
});

export const stopped = (url: string): Failure => ({
  code: 'timeout',
  message: text('The call was stopped before it was answered.', '応答を待たずに呼び出しを中止しました。'),
  url,
});

export const unreachable = (url: string, detail: string): Failure => ({
  code: 'unreachable',
  message: text(
    "The shop's admin API cannot be reached. Check that the shop's engine is running, and the address `adminApi` in the configuration.",
    '店舗の管理 API に接続できません。店舗のシステムが動いているか、設定の adminApi のアドレスが正しいか確認してください。',
  ),
  url,
  detail: excerpt(detail),
});

export const tls = (url: string, detail: string): Failure => ({
  code: 'tls',
  message: text(
    "The certificate of the shop's admin API is not accepted. Renew it, or correct the address `adminApi`.",
    '店舗の管理 API の証明書を確認できません。証明書を更新するか、adminApi のアドレスを直してください。',
  ),
  url,
  detail: excerpt(detail),
});

export const httpStatus = (url: string, status: number, detail: string): Failure => ({
  code: 'http-status',
  message:
    status >= 300 && status < 400
      ? text(
          `The shop's admin API redirects (HTTP ${status}); Komainu does not follow, because it would send the password there. Put the final address into \`adminApi\`.`,
          `店舗の管理 API が別のアドレスへ転送しています(HTTP ${status})。パスワードを送らないよう転送には従いません。adminApi に最終的なアドレスを設定してください。`,
        )
      : text(
          `The shop's admin API answered with HTTP ${status}. Look into the log of the shop's engine or of the proxy before it.`,
          `店舗の管理 API が HTTP ${status} を返しました。店舗のシステムまたは手前のプロキシのログを確認してください。`,
        ),
  url,
  detail: excerpt(detail),
});

export const unreadable = (url: string, detail: string): Failure => ({
  code: 'unreadable',
  message: text(
    "The answer of the shop's admin API is not what Vendure gives. Check that `adminApi` points at the admin API, and which version runs there.",
    '店舗の管理 API の応答が Vendure のものではありません。adminApi が管理 API を指しているか、動いている版を確認してください。',
  ),
  url,
  detail: excerpt(detail),
});

export const tooLarge = (url: string, bytes: number): Failure => ({
  code: 'limit',
  message: text(
    `An answer of the shop's admin API is larger than ${bytes / 2 ** 20} MiB and was not read.`,
    `店舗の管理 API の応答が${bytes / 2 ** 20}MiBを超えたため、読み込みませんでした。`,
  ),
  url,
});

export const refusedSignIn = (url: string, username: string, detail: string): Failure => ({
  code: 'step-failed',
  message: text(
    `The shop refused the sign-in of "${excerpt(username)}". Check the user name in the configuration and the password in its environment variable.`,
    `店舗が「${excerpt(username)}」のサインインを拒否しました。設定のユーザー名と、環境変数のパスワードを確認してください。`,
  ),
  url,
  detail: excerpt(detail),
});

export const forbidden = (url: string, username: string, permission: string): Failure => ({
  code: 'step-failed',
  message: text(
    `The administrator "${excerpt(username)}" lacks the permission ${permission}. Add it to the role of this account in Vendure.`,
    `管理者「${excerpt(username)}」に権限 ${permission} がありません。Vendure でこのアカウントのロールに追加してください。`,
  ),
  url,
});

export const refusedCall = (url: string, detail: string): Failure => ({
  code: 'step-failed',
  message: text(
    'The shop refused the call with an error of its own. Read the detail and the log of the shop’s engine.',
    '店舗のシステムがエラーを返しました。詳細と店舗のシステムのログを確認してください。',
  ),
  url,
  detail: excerpt(detail),
});

export const noSuchMethod = (url: string, codes: readonly string[], present: readonly string[]): Failure => ({
  code: 'step-failed',
  message: text(
    `The shop has no payment method with the code ${codes.join(', ')}. Correct \`cardMethods\` in the configuration: a card method that is not named there stays on.`,
    `店舗に決済方法 ${codes.join('、')} がありません。設定の cardMethods を直してください。ここに書かれていないカード決済は停止されません。`,
  ),
  url,
  detail: excerpt(`payment methods: ${present.join(', ')}`),
});

export const stillOn = (url: string, codes: readonly string[]): Failure => ({
  code: 'step-failed',
  message: text(
    `Card payments are still on (${codes.join(', ')}), so checkouts under way can be paid by card. Switch them off first.`,
    `カード決済がまだ有効なため(${codes.join('、')})、手続き中の注文はカードで支払えます。先に停止してください。`,
  ),
  url,
});

export const stillOff = (url: string, codes: readonly string[]): Failure => ({
  code: 'step-failed',
  message: text(
    `The shop still states card payments as off (${codes.join(', ')}) although it was asked to switch them on.`,
    `再開を指示しましたが、店舗ではカード決済が停止のままです(${codes.join('、')})。`,
  ),
  url,
});

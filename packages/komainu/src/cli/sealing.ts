import type { SealDatabaseResult, SealRootResult } from '@komainu/guard';
import { type FilePath, type Instant, instant, type RootId, text } from '@komainu/model';
import { KomainuError } from './errors.ts';
import { type Output, untrusted } from './output.ts';

const DAY_MS = 86_400_000;

/** `--expires`, in days from now. */
export function expiryFrom(days: string | undefined): { readonly expires?: Instant } {
  if (days === undefined) return {};
  if (!/^[1-9]\d{0,3}$/.test(days))
    throw new KomainuError('usage', {
      en: `--expires ${days}: a number of days, 1 to 9999`,
      ja: `--expires ${days}: 日数を 1〜9999 で指定してください`,
    });
  return { expires: instant(Date.now() + Number(days) * DAY_MS) };
}

/** Says what was sealed, or throws what stood in the way. */
export function sealedOrThrow<R extends SealRootResult | SealDatabaseResult>(
  result: R,
  root: RootId,
  out: Output,
): Extract<R, { kind: 'sealed' }> {
  if (result.kind === 'refused' || result.kind === 'card-column')
    throw new KomainuError('refused', result.message);
  if (result.kind === 'unreadable') {
    const list = result.gaps
      .map((gap) => `${untrusted(gap.path ?? '.')}: ${untrusted(gap.detail)}`)
      .join('\n  ');
    throw new KomainuError('io', {
      en: `${root}: not sealed, these could not be read:\n  ${list}`,
      ja: `${root}: 次のものを読めないため、封印していません:\n  ${list}`,
    });
  }
  const { release, files, bytes, database } = result.seal;
  const what = database === null ? text('files', 'ファイル') : text('values', '個の値');
  out.line(
    out.say({
      en: `${root}: sealed as release ${release}: ${files} ${what.en}, ${bytes} bytes, ${result.ref}`,
      ja: `${root}: リリース ${release} として封印しました（${files} ${what.ja}、${bytes} バイト、${result.ref}）`,
    }),
  );
  return result as Extract<R, { kind: 'sealed' }>;
}

const SAID = 20;

/** Names the files that could not be put back; when they are many, some of them. */
export function sayUnstored(paths: readonly FilePath[], out: Output): void {
  for (const path of paths.slice(0, SAID))
    out.note(
      out.say({
        en: `  cannot be restored, its bytes are not kept (too big, or not there as sealed): ${untrusted(path)}`,
        ja: `  内容を保存していないため復元できません（大きすぎるか、封印どおりの内容がありません）: ${untrusted(path)}`,
      }),
    );
  if (paths.length > SAID)
    out.note(out.say({ en: `  and ${paths.length - SAID} more`, ja: `  ほか ${paths.length - SAID} 件` }));
}

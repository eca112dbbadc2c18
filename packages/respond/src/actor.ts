import { setTimeout as sleep } from 'node:timers/promises';
import { type ActResult, type CardMethod, type Failure, type ShopPort, text } from '@komainu/model';

/** Waits, in milliseconds; ends early and without an error when the signal is aborted. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = async (ms, signal) => {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};

/** 0.2 s doubling to 15 s, in milliseconds; `tries` counts from 1. */
export const backoff = (tries: number): number => Math.min(200 * 2 ** Math.min(tries - 1, 10), 15_000);

const busy = new WeakMap<ShopPort, Promise<unknown>>();

/**
 * One actor at a time on one shop's platform: a resumption's late "on" must not land after a halt's "off". Give every
 * actor of a shop the same port object.
 */
export async function exclusive<T>(port: ShopPort, act: () => Promise<T>): Promise<T> {
  const turn = (busy.get(port) ?? Promise.resolve()).then(act, act);
  const settled = turn.catch(() => undefined);
  busy.set(port, settled);
  return await turn;
}

/**
 * An act with a deadline. What it throws, and its silence, become a failure: a halt outlives any bug of an adapter.
 * @param ms deadline in milliseconds, beyond the adapter's own time limits
 */
export async function attempt<T>(
  act: (signal: AbortSignal) => Promise<ActResult<T>>,
  signal: AbortSignal,
  ms: number,
): Promise<ActResult<T>> {
  const limit = new AbortController();
  const both = AbortSignal.any([signal, limit.signal]);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ActResult<T>>((resolve) => {
    const give = () => resolve({ kind: 'failed', failure: overdue(ms) });
    timer = setTimeout(give, ms);
    // An adapter that ignores the signal must not keep the server from stopping.
    if (both.aborted) give();
    else both.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([act(both), late]);
  } catch (error) {
    return { kind: 'failed', failure: unexpected(error) };
  } finally {
    clearTimeout(timer);
    limit.abort();
  }
}

const overdue = (ms: number): Failure => ({
  code: 'timeout',
  message: text(
    `No answer within ${ms / 1000} s. Komainu tries again.`,
    `${ms / 1000}秒以内に応答がありませんでした。もう一度試します。`,
  ),
});

const unexpected = (error: unknown): Failure => ({
  code: 'step-failed',
  message: text(
    'An unexpected error stopped this act. Komainu tries again; if it stays, switch card payments off by hand and report the error.',
    '予期しないエラーで処理が止まりました。もう一度試します。続く場合は、手作業でカード決済を停止し、エラーをお知らせください。',
  ),
  detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
});

/** The methods still (or not yet) as asked, as a failure; null when all are. No method at all proves nothing. */
export function misread(methods: readonly CardMethod[], enabled: boolean): Failure | null {
  const wrong = methods.filter((method) => method.enabled !== enabled).map(({ code }) => code);
  if (methods.length > 0 && wrong.length === 0) return null;
  const codes = wrong.join(', ') || '-';
  return {
    code: 'step-failed',
    message: enabled
      ? text(
          `The platform still states card methods as off: ${codes}. Check the platform's payment settings.`,
          `プラットフォームではカード決済が停止のままです(${codes})。決済方法の設定を確認してください。`,
        )
      : text(
          `The platform states card methods as on: ${codes}. Switch them off by hand if this stays.`,
          `プラットフォームではカード決済が有効なままです(${codes})。続く場合は手作業で停止してください。`,
        ),
  };
}

const DETAIL = 2_000;
const clean = (value: string) => value.slice(0, DETAIL).toWellFormed();

/** As it can go into the ledger: well-formed and short, whatever a platform put into it. */
export const recordable = (failure: Failure): Failure => ({
  ...failure,
  message: text(clean(failure.message.en), clean(failure.message.ja)),
  ...(failure.url === undefined ? {} : { url: clean(failure.url) }),
  ...(failure.detail === undefined ? {} : { detail: clean(failure.detail) }),
});

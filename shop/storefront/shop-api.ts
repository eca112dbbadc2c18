import type { Lang } from './settings.ts';

export type ApiAnswer = {
  readonly data: Readonly<Record<string, unknown>>;
  /** Vendure's own code for a refused call, e.g. USER_INPUT_ERROR; empty when all went well. */
  readonly refused: string;
  readonly message: string;
};
export type ShopApi = (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<ApiAnswer>;

type Raw = {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
};

export class EngineUnreachable extends Error {}

/** The visitor's own line to the engine: their session token goes with every call, a new one is handed back. */
export function shopApi(url: string, lang: Lang, token: { current: string }): ShopApi {
  return async (query, variables = {}) => {
    let response: Response;
    try {
      response = await fetch(`${url}?languageCode=${lang}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token.current === '' ? {} : { authorization: `Bearer ${token.current}` }),
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(15_000),
      });
    } catch (cause) {
      throw new EngineUnreachable('the engine does not answer', { cause });
    }
    const next = response.headers.get('vendure-auth-token');
    if (next !== null && next !== '') token.current = next;
    const answer = (await response.json()) as Raw;
    const error = answer.errors?.[0];
    return {
      data: answer.data ?? {},
      refused: error === undefined ? '' : (error.extensions?.code ?? 'REFUSED'),
      message: error?.message ?? '',
    };
  };
}

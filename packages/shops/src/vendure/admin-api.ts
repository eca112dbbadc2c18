import type { ActResult, Failure } from '@komainu/model';
import { z } from 'zod';
import * as failures from '../failures.ts';
import { type HttpAnswer, post } from './transport.ts';

export interface AdminAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Of one call, in milliseconds. */
  readonly timeout: number;
}

interface Call<T> {
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What the answer's `data` must be. */
  readonly data: z.ZodType<T>;
  /** The permission it needs, to name it when it is missing. */
  readonly permission: string;
}

export interface AdminApi {
  call<T>(call: Call<T>, signal: AbortSignal): Promise<ActResult<T>>;
}

const Envelope = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }),
    )
    .optional(),
});

const SIGN_IN = `mutation KomainuSignIn($username: String!, $password: String!) {
  login(username: $username, password: $password) {
    __typename
    ... on ErrorResult { errorCode message }
  }
}`;
const SignIn = z.object({ login: z.object({ __typename: z.string(), message: z.string().optional() }) });

type Answer<T> =
  | ActResult<T>
  /** Vendure says FORBIDDEN both for a session that is gone and for a permission that is missing. */
  | { readonly kind: 'forbidden' };

/** Vendure's admin API with a session that is renewed when it is gone. */
export function adminApi(access: AdminAccess): AdminApi {
  let token: string | null = null;

  async function signIn(signal: AbortSignal): Promise<ActResult<string>> {
    const { url, username, password, timeout } = access;
    const payload = { query: SIGN_IN, variables: { username, password } };
    const sent = await post({ url, headers: {}, payload, timeout, signal });
    if (sent.kind === 'failed') return sent;
    const answer = read(sent.value, SignIn);
    if (answer.kind === 'forbidden') return failed(failures.refusedSignIn(url, username, 'FORBIDDEN'));
    if (answer.kind === 'failed') return answer;
    const { login } = answer.value;
    if (login.__typename !== 'CurrentUser')
      return failed(failures.refusedSignIn(url, username, login.message ?? login.__typename));
    const session = sent.value.headers.get('vendure-auth-token');
    if (session === null || session === '')
      return failed(
        failures.unreadable(url, 'no vendure-auth-token: authOptions.tokenMethod lacks "bearer"'),
      );
    return { kind: 'done', value: session };
  }

  function read<T>(answer: HttpAnswer, data: z.ZodType<T>): Answer<T> {
    const { url } = access;
    const envelope = Envelope.safeParse(parseJson(answer.body));
    const errors = envelope.data?.errors ?? [];
    // Apollo answers a refused document with 400 and its reasons: those tell more than the status.
    if (errors.some(({ extensions }) => extensions?.code === 'FORBIDDEN')) return { kind: 'forbidden' };
    const [first] = errors;
    if (first !== undefined)
      return failed(failures.refusedCall(url, `${first.extensions?.code ?? ''} ${first.message}`.trim()));
    if (answer.status < 200 || answer.status > 299)
      return failed(failures.httpStatus(url, answer.status, answer.body));
    if (!envelope.success) return failed(failures.unreadable(url, answer.body));
    const parsed = data.safeParse(envelope.data.data);
    if (!parsed.success) return failed(failures.unreadable(url, z.prettifyError(parsed.error)));
    return { kind: 'done', value: parsed.data };
  }

  async function once<T>(call: Call<T>, session: string, signal: AbortSignal): Promise<Answer<T>> {
    const { url, timeout } = access;
    const payload = { query: call.document, variables: call.variables ?? {} };
    const headers = { authorization: `Bearer ${session}` };
    const sent = await post({ url, headers, payload, timeout, signal });
    return sent.kind === 'failed' ? sent : read(sent.value, call.data);
  }

  return {
    async call(call, signal) {
      for (const fresh of [false, true]) {
        if (fresh || token === null) {
          const session = await signIn(signal);
          if (session.kind === 'failed') return session;
          token = session.value;
        }
        const answer = await once(call, token, signal);
        if (answer.kind !== 'forbidden') return answer;
      }
      return failed(failures.forbidden(access.url, access.username, call.permission));
    },
  };
}

const failed = (failure: Failure) => ({ kind: 'failed', failure }) as const;

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

import type { PaymentCall, PaymentPage } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import type { Session } from '../cdp/connection.ts';

/** What the probe does with a request before it leaves the browser. */
export type Passage =
  | { readonly kind: 'passed' }
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'refused' }
  /** A frame's document loaded anew by the probe, to make its page leave: answered with nothing, never sent. */
  | { readonly kind: 'emptied' };

export interface GateOptions {
  readonly page: Pick<PaymentPage, 'paymentCalls' | 'neverCall'>;
  /** Takes what may pass on its way. Left out: it goes at once. */
  readonly onward?: Onward | undefined;
  /** A header by which the shop knows the probe, for requests to this origin and no other. */
  readonly identify?:
    | { readonly origin: string; readonly header: string; readonly value: string }
    | undefined;
}

/** `headers`: all of the request's, where it is to carry others than it has. */
export type Onward = (
  session: Session,
  paused: Protocol.Fetch.RequestPausedEvent,
  headers?: readonly Protocol.Fetch.HeaderEntry[],
) => void;

/** Fetch pauses a request again once its answer is there, for who asked for that. */
export const answerThere = (paused: Protocol.Fetch.RequestPausedEvent): boolean =>
  paused.responseStatusCode !== undefined || paused.responseErrorReason !== undefined;

export interface Gate {
  decide(request: Protocol.Network.Request): Passage & { readonly call?: PaymentCall };
  /** Carries the decision out; the request is gone when its tab is, and that is no failure. */
  act(session: Session, paused: Protocol.Fetch.RequestPausedEvent): Passage;
  /** From now on the documents of these frames are answered with nothing. */
  empty(frames: readonly string[]): void;
  /** Whether a payment call was answered: what the page says afterwards is our answer's doing. */
  readonly answered: () => number;
}

/**
 * The last line before a provider: payment calls are answered here, an order is never placed. A card number typed in
 * a visit reaches nobody whose call is known to the shop's configuration.
 */
export function createGate(options: GateOptions): Gate {
  const calls = options.page.paymentCalls.map((call) => ({ call, place: placeOf(call.url) }));
  const never = new Set(options.page.neverCall.map(placeOf));
  const emptied = new Set<string>();
  let answered = 0;

  const decide: Gate['decide'] = (request) => {
    const place = placeOf(request.url);
    if (never.has(place)) return { kind: 'refused' };
    const atPlace = calls.filter((item) => item.place === place);
    const method = request.method.toUpperCase();
    const exact = atPlace.find((item) => item.call.method.toUpperCase() === method);
    if (exact) return { kind: 'answered', status: exact.call.answer.status, call: exact.call };
    // The provider must not even learn of the call: the browser's question beforehand is ours to answer too.
    if (method === 'OPTIONS' && atPlace[0]) return { kind: 'answered', status: 204, call: atPlace[0].call };
    return { kind: 'passed' };
  };

  const act: Gate['act'] = (session, paused) => {
    const { requestId, request } = paused;
    const leaving = paused.resourceType === 'Document' && emptied.has(paused.frameId);
    const decision = leaving ? EMPTIED : decide(request);
    const gone = (): void => undefined;
    switch (decision.kind) {
      case 'passed': {
        const headers = identified(request, options.identify);
        if (options.onward) options.onward(session, paused, headers);
        else
          session
            .send('Fetch.continueRequest', { requestId, ...(headers ? { headers: [...headers] } : {}) })
            .catch(gone);
        break;
      }
      case 'refused':
        // An aborted navigation leaves the page as it is, an error page would take its place.
        session
          .send('Fetch.failRequest', {
            requestId,
            errorReason: paused.resourceType === 'Document' ? 'Aborted' : 'BlockedByClient',
          })
          .catch(gone);
        break;
      case 'emptied':
        session.send('Fetch.fulfillRequest', { requestId, ...NOTHING }).catch(gone);
        break;
      case 'answered': {
        const preflight = decision.status === 204 && request.method === 'OPTIONS';
        if (!preflight) answered += 1;
        const answer = preflight ? null : (decision.call?.answer ?? null);
        session
          .send('Fetch.fulfillRequest', {
            requestId,
            responseCode: decision.status,
            responseHeaders: headersOf(request, answer),
            body: Buffer.from(answer?.body ?? '', 'utf8').toString('base64'),
          })
          .catch(gone);
        break;
      }
    }
    return decision;
  };
  const empty: Gate['empty'] = (frames) => {
    emptied.clear();
    for (const frame of frames) emptied.add(frame);
  };
  return { decide, act, empty, answered: () => answered };
}

/** The request's headers and the one that says who we are; undefined where nobody is to be told. */
function identified(
  request: Protocol.Network.Request,
  identify: GateOptions['identify'],
): readonly Protocol.Fetch.HeaderEntry[] | undefined {
  if (identify === undefined || URL.parse(request.url)?.origin !== identify.origin) return undefined;
  const own = Object.entries(request.headers).map(([name, value]) => ({ name, value }));
  return [...own, { name: identify.header, value: identify.value }];
}

const EMPTIED = { kind: 'emptied' } as const;
const NOTHING = {
  responseCode: 200,
  responseHeaders: [{ name: 'content-type', value: 'text/html' }],
  body: '',
};

/** Origin and path; spellings that servers take for the same place (`//`, `%2F`, a final slash) are one. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  let path = pathname;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    // Not UTF-8: taken as written.
  }
  return `${origin}${path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')}`;
}

/** Cross-origin callers may read the answer, as the real provider lets them. */
function headersOf(
  request: Protocol.Network.Request,
  answer: PaymentCall['answer'] | null,
): Protocol.Fetch.HeaderEntry[] {
  const wanted = (name: string): string | undefined =>
    Object.entries(request.headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const origin = wanted('origin');
  const headers: Record<string, string> = {
    ...(origin
      ? { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'origin' }
      : {}),
    ...(answer
      ? { 'content-type': /^\s*[{[]/.test(answer.body) ? 'application/json' : 'text/html; charset=utf-8' }
      : {
          'access-control-allow-methods': wanted('access-control-request-method') ?? 'POST',
          'access-control-allow-headers': wanted('access-control-request-headers') ?? '*',
          'access-control-max-age': '0',
        }),
  };
  for (const [name, value] of Object.entries(answer?.headers ?? {})) headers[name.toLowerCase()] = value;
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

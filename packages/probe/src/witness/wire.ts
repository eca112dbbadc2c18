import { type Artifact, type BlobRef, instant, text, type WireBody, type WireMessage } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import type { EventOf, Session } from '../cdp/connection.ts';
import { failure } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import { hasFrames, type Target } from '../observe/target.ts';
import { answerThere, type Gate, type Passage } from './gate.ts';
import { initiatorOf } from './initiator.ts';
import { createSocketRecorder } from './websockets.ts';
import { Gaps, held, observed, type Scene, type Witness } from './witness.ts';

type Outcome = WireMessage['outcome'];

/** One request as two domains tell of it: Fetch has the body and the unload traffic, Network the reason and the answer. */
interface Hop {
  readonly order: number;
  readonly at: number;
  target: Target;
  readonly url: string;
  readonly method: string;
  frameUrl: string;
  net?: EventOf<'Network.requestWillBeSent'>;
  fetch?: Protocol.Network.Request;
  resource?: string;
  raw?: Protocol.Network.Headers;
  passage?: Passage;
  outcome?: Outcome;
  body?: Promise<WireBody>;
}

export interface WireWitness extends Witness<'wire'> {
  /** What is going on, for those who wait for quiet. */
  readonly activity: Activity;
}
export interface Activity {
  /** Requests under way that hold a page up: not sockets, streams, pings or long polls. */
  busy(): number;
  /** When a request last began or ended, ms since 1970. */
  lastAt(): number;
  /** The newest navigation of a page's main frame that failed. */
  failedNavigation(): { readonly at: number; readonly url: string; readonly error: string } | null;
}

/** A request that takes longer than this after the page itself is there is a long poll: nobody waits for it. */
const LONG_POLL = 2_500;
const NEVER_BUSY = new Set([
  'websocket',
  'eventsource',
  'ping',
  'media',
  'prefetch',
  'cspviolationreport',
  'preflight',
]);
/** They must be there before a page is: patience does not run out after {@link LONG_POLL}. */
const PART_OF_PAGE = new Set(['document', 'stylesheet', 'script', 'image', 'font']);

export function wireWitness(scene: Scene, gate: Gate): WireWitness {
  const hops = new Map<string, Hop[]>();
  const gaps = new Gaps();
  const sockets = createSocketRecorder(scene, gaps);
  let count = 0;
  let lastAt = Date.now();
  /** The newest document of a page's main frame, until its last byte. */
  let loading: string | null = null;
  let failed: ReturnType<Activity['failedNavigation']> = null;

  const hopFor = (
    key: string,
    request: Protocol.Network.Request,
    target: Target,
    frameUrl: string,
    part: 'net' | 'fetch',
  ): Hop | null => {
    const list = hops.get(key) ?? [];
    // A redirect keeps the id; the two domains tell of its hops in different orders.
    const known = list.find((hop) => hop[part] === undefined && hop.url === request.url);
    if (known) return known;
    if (count >= LIMITS.messages) {
      gaps.limit({ en: 'requests', ja: '通信' }, LIMITS.messages);
      return null;
    }
    count += 1;
    lastAt = Date.now();
    const hop: Hop = {
      order: count,
      at: lastAt,
      target,
      url: request.url + (request.urlFragment ?? ''),
      method: request.method,
      frameUrl,
    };
    hops.set(key, [...list, hop]);
    return hop;
  };
  /** The hop without an outcome that has this address, else the newest: the two domains run ahead of each other. */
  const open = (key: string, url?: string): Hop | undefined => {
    const list = hops.get(key)?.filter((hop) => hop.outcome === undefined) ?? [];
    return list.find((hop) => hop.url.split('#', 1)[0] === url) ?? list.at(-1);
  };
  const close = (key: string, outcome: Outcome, url?: string): void => {
    const hop = open(key, url);
    if (!hop) return;
    lastAt = Date.now();
    hop.outcome = outcome;
  };

  const paused = (target: Target, event: Protocol.Fetch.RequestPausedEvent): void => {
    const { session } = target;
    // First the decision, so that a flood of requests cannot hold up the page.
    const passage = gate.act(session, event);
    if (!leaves(event.request.url)) return;
    const frame = scene.frames.get(event.frameId);
    const key = event.networkId ?? `fetch ${event.requestId} ${target.id}`;
    const hop = hopFor(key, event.request, target, frame?.lastUrl || target.url, 'fetch');
    if (!hop) return;
    hop.fetch = event.request;
    hop.resource ??= event.resourceType.toLowerCase();
    hop.passage = passage;
    hop.body = held(bodyOf(scene, session, event.request, null));
  };

  const attach = (target: Target): readonly Promise<unknown>[] => {
    const { session } = target;
    sockets.attach(target);
    session.on('Fetch.requestPaused', (event) => paused(target, event));
    session.on('Network.requestWillBeSent', (event) => {
    if (answerThere(event)) return;
      if (event.redirectResponse)
        close(event.requestId, responded(event.redirectResponse), event.redirectResponse.url);
      if (!leaves(event.request.url)) return;
      const from = senderOf(scene, event);
      const hop = hopFor(event.requestId, event.request, target, from, 'net');
      if (!hop) return;
      hop.net = event;
      if (event.type === 'Document' && event.frameId === target.id && target.kind === 'page')
        loading = event.requestId;
      // A dedicated worker's request is paused in its page's session: Network knows who sent it.
      hop.target = target;
      hop.frameUrl = from;
      const type = event.type?.toLowerCase();
      // Fetch calls a fetch() `XHR`: Network knows better.
      if (type && type !== 'other') hop.resource = type;
      hop.body ??= held(bodyOf(scene, session, event.request, event.requestId));
    });
    session.on('Network.requestWillBeSentExtraInfo', (event) => {
      const hop = hops.get(event.requestId)?.find((item) => item.raw === undefined);
      if (hop) hop.raw = event.headers;
    });
    session.on('Network.responseReceived', (event) => {
      const hop = open(event.requestId, event.response.url);
      if (hop && (hop.resource ?? 'other') === 'other') hop.resource = event.type.toLowerCase();
      close(event.requestId, responded(event.response), event.response.url);
    });
    session.on('Network.loadingFinished', (event) => {
      lastAt = Date.now();
      if (loading === event.requestId) loading = null;
      if (open(event.requestId)) close(event.requestId, { kind: 'unanswered' });
    });
    session.on('Network.loadingFailed', (event) => {
      if (loading === event.requestId) loading = null;
      const hop = open(event.requestId);
      // Aborted: left for another page, or refused by the gate, which is no failure of the shop's.
      const main = hop?.net?.type === 'Document' && hop.net.frameId === target.id && target.kind === 'page';
      if (hop && main && event.errorText !== 'net::ERR_ABORTED')
        failed = { at: Date.now(), url: hop.url, error: event.errorText };
      close(event.requestId, { kind: 'failed', error: event.errorText });
    });
    return [
      // A dedicated worker has no Fetch domain: its requests are paused in its page's.
      ...(target.kind === 'worker'
        ? []
        : [session.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] })]),
      session.send('Network.enable', {}),
    ];
  };

  const busy = (): number => {
    const now = Date.now();
    let n = loading === null ? 0 : 1;
    for (const list of hops.values())
      for (const hop of list) {
        if (hop.outcome || !hop.net || NEVER_BUSY.has(hop.resource ?? '')) continue;
        if (hop.passage?.kind === 'refused') continue;
        // Left behind by a document that is gone: nobody tells of its end.
        const frame = scene.frames.get(hop.net.frameId ?? '');
        if (hop.net.type !== 'Document' && frame && hop.net.loaderId && hop.net.loaderId !== frame.loader)
          continue;
        if (PART_OF_PAGE.has(hop.resource ?? '') && hasFrames(hop.target)) n += 1;
        else if (now - hop.at < LONG_POLL) n += 1;
      }
    return n;
  };

  const finish = async (): Promise<Artifact<readonly WireMessage[]>> => {
    const all = [...hops].flatMap(([key, list]) => list.map((hop, index) => ({ key, hop, index })));
    all.sort((a, b) => a.hop.order - b.hop.order);
    const messages: WireMessage[] = [];
    for (const { key, hop, index } of all) messages.push(await messageOf(hop, `${key}/${index}`, gaps));
    messages.push(...(await sockets.messages()));
    messages.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    return observed(messages, gaps.list());
  };
  return {
    name: 'wire',
    attach,
    finish,
    activity: { busy, lastAt: () => lastAt, failedNavigation: () => failed },
  };
}

/** The document that sent it: for a navigation the one that is left, or the one that holds the frame. */
function senderOf(scene: Scene, event: EventOf<'Network.requestWillBeSent'>): string {
  const frame = event.type === 'Document' ? scene.frames.get(event.frameId ?? '') : undefined;
  const parent = frame?.parent ? scene.frames.get(frame.parent) : undefined;
  return frame?.lastUrl || parent?.lastUrl || event.documentURL;
}

/** `data:` and `blob:` never leave the browser. */
const leaves = (url: string): boolean => /^https?:/i.test(url);

const responded = (response: Protocol.Network.Response): Outcome => ({
  kind: 'response',
  status: response.status,
  mime: response.mimeType,
});

async function messageOf(hop: Hop, id: string, gaps: Gaps): Promise<WireMessage> {
  const body = (await hop.body) ?? { kind: 'none' };
  if (body.kind === 'unseen')
    gaps.add(
      failure(
        'body-missing',
        text(
          `The body of a ${hop.method} could not be read: ${body.reason}.`,
          `${hop.method} の本文を読み取れませんでした（${body.reason}）。`,
        ),
        { url: hop.url },
      ),
    );
  return {
    id,
    at: instant(hop.at),
    channel: 'request',
    resource: hop.resource ?? 'other',
    method: hop.method,
    url: hop.url,
    headers: Object.entries(hop.raw ?? hop.fetch?.headers ?? hop.net?.request.headers ?? {}),
    body,
    target: hop.target.kind,
    frameUrl: hop.frameUrl,
    initiator: initiatorOf(hop.net?.initiator, hop.frameUrl || null),
    outcome: outcomeOf(hop),
  };
}

function outcomeOf(hop: Hop): Outcome {
  if (hop.passage?.kind === 'answered') return { kind: 'answered', status: hop.passage.status };
  if (hop.passage?.kind === 'refused') return { kind: 'refused' };
  return hop.outcome ?? { kind: 'unanswered' };
}

async function bodyOf(
  scene: Scene,
  session: Session,
  request: Protocol.Network.Request,
  networkId: string | null,
): Promise<WireBody> {
  const entries = request.postDataEntries?.flatMap((entry) =>
    entry.bytes ? [Buffer.from(entry.bytes, 'base64')] : [],
  );
  if (entries && entries.length > 0) return stored(scene, Buffer.concat(entries));
  if (!request.hasPostData) return { kind: 'none' };
  if (request.postData) return stored(scene, Buffer.from(request.postData, 'utf8'));
  if (networkId === null) return { kind: 'unseen', reason: 'streamed upload' };
  try {
    const answer = await session.send('Network.getRequestPostData', { requestId: networkId });
    return await stored(scene, Buffer.from(answer.postData, answer.base64Encoded ? 'base64' : 'utf8'));
  } catch (error) {
    return { kind: 'unseen', reason: error instanceof Error ? error.message : 'not handed over' };
  }
}

async function stored(scene: Scene, bytes: Uint8Array): Promise<WireBody> {
  if (bytes.byteLength === 0) return { kind: 'none' };
  if (bytes.byteLength > LIMITS.bodyBytes)
    return { kind: 'unseen', reason: `${bytes.byteLength} bytes, more than ${LIMITS.bodyBytes}` };
  const blob: BlobRef = await scene.blobs.put(bytes);
  return { kind: 'bytes', blob, bytes: bytes.byteLength };
}

import { type Artifact, type BlobRef, instant, text, type WireBody, type WireMessage } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import type { Session } from '../cdp/connection.ts';
import { failure } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import type { Proxy } from '../network/proxy.ts';
import { hasFrames, type Target } from '../observe/target.ts';
import { answerThere, type Gate } from './gate.ts';
import { createHops, type Hop, NAMELESS, type Outcome } from './hops.ts';
import { initiatorOf } from './initiator.ts';
import { plainMessages } from './plain.ts';
import { senderOf } from './sender.ts';
import { createSpeculationRecorder } from './speculation.ts';
import { createTransportRecorder } from './transports.ts';
import { createSocketRecorder } from './websockets.ts';
import { Gaps, held, observed, type Scene, type Witness } from './witness.ts';

export interface WireWitness extends Witness<'wire'> {
  /** Addresses of what was answered over a connection: the proxy must know of it. */
  connected(): readonly string[];
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

export function wireWitness(scene: Scene, gate: Gate, proxy: Pick<Proxy, 'plain'>): WireWitness {
  const gaps = new Gaps();
  let lastAt = Date.now();
  const hops = createHops(gaps, () => (lastAt = Date.now()), scene.now);
  const sockets = createSocketRecorder(scene, gaps);
  const transports = createTransportRecorder(scene, gaps);
  const speculation = createSpeculationRecorder(scene, gaps);
  /** The newest document of a page's main frame, until its last byte. */
  let loading: string | null = null;
  let failed: ReturnType<Activity['failedNavigation']> = null;

  const close = (key: string, outcome: Outcome, url?: string): Hop | undefined => {
    const hop = hops.open(key, url);
    if (!hop) return;
    lastAt = Date.now();
    hop.outcome = outcome;
    return hop;
  };
  const answer = (key: string, response: Protocol.Network.Response): void => {
    const hop = close(key, responded(response), response.url);
    if (hop) hop.connected = overConnection(response);
  };

  const paused = (target: Target, event: Protocol.Fetch.RequestPausedEvent): void => {
    const { session } = target;
    if (answerThere(event)) return;
    // First the decision, so that a flood of requests cannot hold up the page.
    const passage = gate.act(session, event);
    if (!leaves(event.request.url)) return;
    if (passage.kind === 'emptied') {
      scene.ours.add(event.networkId ?? '');
      return;
    }
    const from = scene.frames.documentOf(event.frameId) || target.url;
    const key = event.networkId ?? `${NAMELESS}${event.requestId} ${target.id}`;
    const hop = hops.find(key, event.request, target, from, 'fetch');
    if (!hop) return;
    hop.fetch = event.request;
    hop.resource ??= event.resourceType.toLowerCase();
    hop.passage = passage;
    hop.body = held(bodyOf(scene, session, event.request, null));
  };

  const attach = (target: Target): readonly Promise<unknown>[] => {
    const { session } = target;
    sockets.attach(target);
    transports.attach(target);
    session.on('Fetch.requestPaused', (event) => paused(target, event));
    session.on('Network.requestWillBeSent', (event) => {
      if (event.redirectResponse) answer(event.requestId, event.redirectResponse);
      if (!leaves(event.request.url)) return;
      const from = senderOf(scene.frames, event);
      const hop = hops.find(event.requestId, event.request, target, from, 'net');
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
      const hop = hops.of(event.requestId).find((item) => item.raw === undefined);
      if (hop) hop.raw = event.headers;
    });
    session.on('Network.responseReceived', (event) => {
      const hop = hops.open(event.requestId, event.response.url);
      if (hop && (hop.resource ?? 'other') === 'other') hop.resource = event.type.toLowerCase();
      answer(event.requestId, event.response);
    });
    session.on('Network.loadingFinished', (event) => {
      lastAt = Date.now();
      if (loading === event.requestId) loading = null;
      if (hops.open(event.requestId)) close(event.requestId, { kind: 'unanswered' });
    });
    session.on('Network.loadingFailed', (event) => {
      if (loading === event.requestId) loading = null;
      const hop = hops.open(event.requestId);
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
      ...speculation.attach(target),
    ];
  };

  const busy = (): number => {
    const now = Date.now();
    let n = loading === null ? 0 : 1;
    for (const [, list] of hops.all())
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
    const all = [...hops.all()].flatMap(([key, list]) =>
      scene.ours.has(key) ? [] : list.map((hop, index) => ({ key, hop, index })),
    );
    all.sort((a, b) => a.hop.order - b.hop.order);
    const messages: WireMessage[] = [];
    for (const { key, hop, index } of all)
      messages.push(await messageOf(scene, hop, `${key}/${index}`, gaps));
    messages.push(
      ...(await sockets.messages()),
      ...transports.messages(),
      ...speculation.messages((id) => hops.of(id).length > 0),
      ...(await plainMessages(scene, proxy.plain())),
    );
    messages.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    return observed(messages, gaps.list());
  };
  return {
    name: 'wire',
    attach,
    finish,
    connected: () =>
      [...hops.all()]
        .flatMap(([, list]) => list)
        .flatMap((hop) => (hop.connected && passed(hop) ? [hop.url] : [])),
    activity: { busy, lastAt: () => lastAt, failedNavigation: () => failed },
  };
}

/** `data:` and `blob:` never leave the browser. */
const leaves = (url: string): boolean => /^https?:/i.test(url);

const passed = (hop: Hop): boolean => (hop.passage?.kind ?? 'passed') === 'passed';

/** Chromium numbers its connections from 1; an answer out of nowhere (HSTS, a cache, a worker) has none. */
const overConnection = (response: Protocol.Network.Response): boolean =>
  response.connectionId > 0 &&
  !response.fromDiskCache &&
  !response.fromServiceWorker &&
  !response.fromPrefetchCache;

const responded = (response: Protocol.Network.Response): Outcome => ({
  kind: 'response',
  status: response.status,
  mime: response.mimeType,
});

async function messageOf(scene: Scene, hop: Hop, id: string, gaps: Gaps): Promise<WireMessage> {
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
    at: instant(hop.lived),
    channel: 'request',
    resource: hop.resource ?? 'other',
    method: hop.method,
    url: hop.url,
    headers: Object.entries(hop.raw ?? hop.fetch?.headers ?? hop.net?.request.headers ?? {}),
    body,
    target: hop.target.kind,
    frameUrl: hop.frameUrl,
    initiator: initiatorOf(hop.net?.initiator, hop.frameUrl || null, scene.ownScript),
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

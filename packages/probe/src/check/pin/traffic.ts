import type { Canary } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import type { Session } from '../../cdp/connection.ts';
import { inTime } from '../../in-time.ts';
import type { Watcher } from '../../observe/observer.ts';
import { hasFrames, type Target } from '../../observe/target.ts';
import { answerThere, type Onward } from '../../witness/gate.ts';
import type { Answer, Archive } from './archive.ts';

type Paused = Protocol.Fetch.RequestPausedEvent;

/**
 * Brings answers to a pinned visit one after the other, in the order in which they were asked for, and only while the
 * clock stands still: how fast a server is, is nothing a page can tell two visits apart by.
 */
export interface Traffic extends Watcher {
  readonly onward: Onward;
  /** Answers are being brought, or asked for this very moment. */
  underWay(): boolean;
  /** Brings at once what waits; false where nothing does. */
  relieve(): boolean;
  /** A document is being loaded in some frame. */
  loading(): boolean;
  /** Brings what was asked for, and what is asked for on account of that. Gives how many were brought. */
  settle(): Promise<number>;
}

export interface TrafficOptions {
  readonly archive: Archive;
  readonly canary: Canary;
  /** `keep`: the first visit, which asks the servers; `give`: one that is given its answers. */
  readonly mode: 'keep' | 'give';
  /** Whether what is asked for now waits until the clock stands still and `settle` is called. */
  readonly holds: (paused: Paused, mainFrame: string) => boolean;
  readonly unpinned: (what: string) => void;
  /** Another document is there. */
  readonly opened: () => void;
}

interface Held {
  readonly session: Session;
  readonly paused: Paused;
  readonly answer: Promise<Paused>;
  readonly arrived: (event: Paused) => void;
  late: boolean;
}

/** Real ms: a server that takes longer is not waited for. */
const SLOW = 2_500;
/** Real ms from an answer's being handed over to the page's having it. */
const ARRIVAL = 1_500;
/** Real ms from a page's saying that it asks for something to the request's being paused. */
const PAUSED = 150;
const ROUNDS = 30;
const MAX_BODY = 10 * 1024 * 1024;

/** Nothing a page waits for comes of these, or it never ends. */
const NOT_BROUGHT = new Set(['EventSource', 'WebSocket', 'Media', 'Ping', 'CSPViolationReport', 'Prefetch']);
const REDIRECT = new Set([301, 302, 303, 307, 308]);
const ENDLESS = /^(text\/event-stream|multipart\/x-mixed-replace|video\/|audio\/)/i;
/** Of the bytes as they came over the network; ours are decoded and whole. */
const OF_TRANSPORT = /^(content-encoding|content-length|transfer-encoding|connection|keep-alive)$/i;

export function createTraffic(options: TrafficOptions): Traffic {
  const { archive, canary, mode, holds, unpinned } = options;
  const given = archive.reader(canary);
  const parked: Held[] = [];
  const queue: Held[] = [];
  const held = new Map<string, Held>();
  const waiting = new Map<string, () => void>();
  /** Frames whose document is being loaded, and by which request. */
  const documents = new Map<string, string>();
  /** Told by the page itself, not yet paused on its way out. */
  const expected = new Map<string, number>();
  let bringing: Promise<void> | null = null;
  let brought = 0;
  let page: Session | null = null;
  let main = '';

  /** What Fetch leaves out of an answer's headers, by request. */
  const cookies = new Map<string, readonly string[]>();

  const key = (session: Session, requestId: string): string => `${session.id} ${requestId}`;
  const ended = (id: string): void => {
    expected.delete(id);
    waiting.get(id)?.();
    waiting.delete(id);
  };
  /** Headers that are not the page's own, by request. */
  const added = new Map<string, Parameters<Onward>[2]>();
  const goesOn = (session: Session, requestId: string, interceptResponse = false): void => {
    const headers = added.get(key(session, requestId));
    added.delete(key(session, requestId));
    const more = headers ? { headers: [...headers] } : {};
    session.send('Fetch.continueRequest', { requestId, interceptResponse, ...more }).catch(() => undefined);
  };

  const onward: Onward = (session, paused, headers) => {
    const { request, requestId } = paused;
    if (headers) added.set(key(session, requestId), headers);
    // The browser's question before another request that is being brought: it must not wait for it.
    if (request.method === 'OPTIONS') return goesOn(session, requestId);
    const { promise: answer, resolve: arrived } = Promise.withResolvers<Paused>();
    const item: Held = { session, paused, answer, arrived, late: false };
    parked.push(item);
    if (!holds(paused, main)) void bring();
  };
  /** Sends on their way all that wait, so that servers work on them side by side; answers come in turn. */
  const unpark = (): void => {
    for (const item of parked.splice(0)) {
      const { session, paused } = item;
      if (NOT_BROUGHT.has(paused.resourceType)) {
        goesOn(session, paused.requestId);
        continue;
      }
      if (paused.resourceType === 'Document') documents.set(paused.frameId, paused.networkId ?? '');
      queue.push(item);
      if (mode === 'keep' || replay(item) === null) {
        held.set(key(session, paused.requestId), item);
        goesOn(session, paused.requestId, true);
      }
    }
  };
  const answers = new WeakMap<Held, Answer | null>();
  const replay = (item: Held): Answer | null => {
    if (mode === 'keep') return null;
    let answer = answers.get(item);
    if (answer === undefined) {
      answer = given(item.paused.request);
      answers.set(item, answer);
    }
    return answer;
  };
  const bring = (): Promise<void> => {
    unpark();
    bringing ??= (async () => {
      for (let item = queue.shift(); item; item = queue.shift()) {
        await deliver(item).catch(() => undefined);
        // An icon is asked for by the browser, whenever it likes.
        if (item.paused.resourceType !== 'Other') brought += 1;
      }
    })().finally(() => {
      bringing = null;
    });
    return bringing;
  };

  const deliver = async (item: Held): Promise<void> => {
    const { session, paused } = item;
    const answer = replay(item);
    if (answer) {
      const there = arrival(item);
      await session.send('Fetch.fulfillRequest', {
        requestId: paused.requestId,
        responseCode: answer.status,
        responseHeaders: [...answer.headers],
        body: answer.body,
      });
      if (!REDIRECT.has(answer.status)) await there;
      return;
    }
    const event = await inTime(item.answer, SLOW);
    if (event === null) {
      item.late = true;
      unpinned(`answered late: ${paused.request.url.slice(0, 200)}`);
      return;
    }
    await passOn(item, event);
  };
  /** The answer a server gave goes to the page, and into the archive. */
  const passOn = async (item: Held, event: Paused): Promise<void> => {
    const { session, paused } = item;
    const { requestId } = event;
    held.delete(key(session, requestId));
    if (event.responseErrorReason !== undefined) {
      await session.send('Fetch.failRequest', { requestId, errorReason: event.responseErrorReason });
      return;
    }
    const status = event.responseStatusCode ?? 200;
    const headers = event.responseHeaders ?? [];
    const header = (name: string): string =>
      headers.find((one) => one.name.toLowerCase() === name)?.value ?? '';
    const redirect = REDIRECT.has(status) && header('location') !== '';
    const endless = ENDLESS.test(header('content-type')) || Number(header('content-length')) > MAX_BODY;
    if (endless) unpinned(`a stream: ${paused.request.url.slice(0, 200)}`);
    else if (redirect || item.late) {
      if (redirect) keep(item, status, headers, '');
    } else {
      const body = await inTime(session.send('Fetch.getResponseBody', { requestId }), SLOW);
      if (body === null) unpinned(`a stream: ${paused.request.url.slice(0, 200)}`);
      else
        keep(
          item,
          status,
          headers,
          body.base64Encoded ? body.body : Buffer.from(body.body, 'utf8').toString('base64'),
        );
    }
    const there = arrival(item);
    await session.send('Fetch.continueResponse', { requestId });
    if (!redirect && !endless && !item.late) await there;
  };
  const keep = (
    { paused }: Held,
    status: number,
    headers: readonly Protocol.Fetch.HeaderEntry[],
    body: string,
  ): void => {
    if (mode === 'give') return;
    archive.keep(paused.request, canary, {
      status,
      headers: [
        ...headers.filter(({ name }) => !OF_TRANSPORT.test(name)),
        ...(cookies.get(paused.networkId ?? '') ?? []).map((value) => ({ name: 'set-cookie', value })),
      ],
      body,
    });
    cookies.delete(paused.networkId ?? '');
  };
  /** Resolves when the page has the whole answer, or has committed the document it belongs to. */
  const arrival = ({ paused: { networkId, resourceType } }: Held): Promise<unknown> => {
    if (networkId === undefined) return Promise.resolve();
    // The bytes of a document of another process are there before that process is.
    const name = resourceType === 'Document' ? `committed ${networkId}` : networkId;
    return inTime(new Promise<void>((resolve) => waiting.set(name, resolve)), ARRIVAL);
  };

  const attach = (target: Target): readonly Promise<unknown>[] => {
    const { session } = target;
    if (target.kind === 'page' && page === null) {
      page = session;
      main = target.id;
    }
    session.on('Network.requestWillBeSent', ({ requestId, request, redirectResponse, type }) => {
      if (/^https?:/i.test(request.url) && !redirectResponse && !NOT_BROUGHT.has(type ?? ''))
        expected.set(requestId, Date.now());
    });
    session.on('Network.responseReceivedExtraInfo', ({ requestId, headers }) => {
      const set = Object.entries(headers).find(([name]) => name.toLowerCase() === 'set-cookie')?.[1];
      if (set) cookies.set(requestId, set.split('\n'));
    });
    session.on('Network.requestServedFromCache', ({ requestId }) => void expected.delete(requestId));
    session.on('Fetch.requestPaused', (event) => {
      expected.delete(event.networkId ?? '');
      if (event.resourceType === 'Document') expected.delete(`frame ${event.frameId}`);
      if (!answerThere(event)) return;
      const item = held.get(key(session, event.requestId));
      if (item && !item.late) item.arrived(event);
      else if (item) void passOn(item, event).catch(() => undefined);
      else void session.send('Fetch.continueResponse', { requestId: event.requestId }).catch(() => undefined);
    });
    session.on('Network.loadingFinished', ({ requestId }) => {
      ended(requestId);
    });
    session.on('Network.loadingFailed', ({ requestId }) => {
      for (const [frame, request] of documents) if (request === requestId) documents.delete(frame);
      ended(requestId);
      ended(`committed ${requestId}`);
    });
    if (hasFrames(target)) {
      session.on('Page.frameNavigated', ({ frame }) => {
        ended(`committed ${frame.loaderId}`);
        options.opened();
      });
      // Told by the page; the request itself by the browser, a moment later.
      session.on('Page.frameStartedLoading', ({ frameId }) => {
        if (frameId !== target.id) expected.set(`frame ${frameId}`, Date.now());
      });
      session.on('Page.frameStoppedLoading', ({ frameId }) => {
        expected.delete(`frame ${frameId}`);
        documents.delete(frameId);
      });
      session.on('Page.frameDetached', ({ frameId, reason }) => {
        if (reason === 'remove') documents.delete(frameId);
      });
    }
    return [];
  };

  /** What the page has asked for comes before its answer to this, and is paused a moment later. */
  const heard = async (): Promise<void> => {
    if (page) await inTime(page.send('Runtime.evaluate', { expression: '0' }), ARRIVAL).catch(() => null);
    while (expected.size > 0) {
      const old = Date.now() - PAUSED;
      for (const [id, at] of expected) if (at < old) expected.delete(id);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const settle: Traffic['settle'] = async () => {
    const before = brought;
    await heard();
    for (let round = 0; round < ROUNDS; round++) {
      if (parked.length === 0 && bringing === null) break;
      await bring();
      await heard();
    }
    return brought - before;
  };
  return {
    attach,
    onward,
    underWay: () => bringing !== null || expected.size > 0,
    relieve: () => {
      if (parked.length === 0) return false;
      void bring();
      return true;
    },
    loading: () => documents.size > 0,
    settle,
  };
}

import { type Artifact, type DocumentHeaders, instant } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import { LIMITS } from '../limits.ts';
import type { Pages } from '../observe/pages.ts';
import { hasFrames, type Target } from '../observe/target.ts';
import { Gaps, observed, type Scene, type Witness } from './witness.ts';

interface Extra {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}
interface Seen {
  readonly at: number;
  readonly id: string;
  readonly url: string;
  readonly main: boolean;
  readonly status: number;
  readonly headers: Protocol.Network.Headers;
}

export interface HeadersWitness extends Witness<'headers'> {
  /** Status of the newest main document, null before the first. */
  mainStatus(): {
    readonly status: number;
    readonly url: string;
    readonly at: number;
    /** Of a `Retry-After`, as it came. */
    readonly retryAfter: string | undefined;
  } | null;
}

/** The response headers of every document, as they came over the wire. */
export function headersWitness(pages: Pages, { ours }: Pick<Scene, 'ours'>): HeadersWitness {
  const gaps = new Gaps();
  const documents: Seen[] = [];
  const extras = new Map<string, Extra[]>();

  const attach = (target: Target): readonly Promise<unknown>[] => {
    if (!hasFrames(target)) return [];
    const { session } = target;
    session.on('Network.responseReceivedExtraInfo', (event) => {
      // Told for every response; only documents' are kept, and those have the loader's id, which has no dot.
      if (event.requestId.includes('.')) return;
      const list = extras.get(event.requestId) ?? [];
      extras.set(event.requestId, [...list, { status: event.statusCode, headers: rawHeaders(event) }]);
    });
    session.on('Network.responseReceived', (event) => {
      if (event.type !== 'Document' || !/^https?:/i.test(event.response.url)) return;
      if (ours.has(event.requestId)) return;
      if (documents.length >= LIMITS.documents) {
        gaps.limit({ en: 'documents', ja: '文書（フレーム）' }, LIMITS.documents);
        return;
      }
      documents.push({
        at: Date.now(),
        id: event.requestId,
        url: event.response.url,
        main: pages.isWalked(target) && event.frameId === target.id,
        status: event.response.status,
        headers: event.response.headers,
      });
    });
    // The wire's witness enables Network on every target.
    return [];
  };

  const finish = (): Promise<Artifact<readonly DocumentHeaders[]>> => {
    const value = documents.map((seen): DocumentHeaders => {
      // A redirect's headers come under the same id; the last with the document's status are the document's.
      const raw = extras.get(seen.id)?.findLast((extra) => extra.status === seen.status)?.headers;
      return {
        url: seen.url,
        main: seen.main,
        status: seen.status,
        headers: (raw ?? split(seen.headers)).map(([name, text]) => [name.toLowerCase(), text]),
        at: instant(seen.at),
      };
    });
    return Promise.resolve(observed(value, gaps.list()));
  };
  const mainStatus = (): ReturnType<HeadersWitness['mainStatus']> => {
    const seen = documents.findLast((one) => one.main);
    if (seen === undefined) return null;
    const [, retryAfter] = Object.entries(seen.headers).find(([name]) => /^retry-after$/i.test(name)) ?? [];
    return { status: seen.status, url: seen.url, at: seen.at, retryAfter };
  };
  return { name: 'headers', attach, finish, mainStatus };
}

function rawHeaders(event: Protocol.Network.ResponseReceivedExtraInfoEvent): Extra['headers'] {
  if (!event.headersText) return split(event.headers);
  return event.headersText
    .split('\r\n')
    .slice(1)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trim()] as const] : [];
    });
}

/** The protocol joins repeated headers with line feeds. */
const split = (headers: Protocol.Network.Headers): Extra['headers'] =>
  Object.entries(headers).flatMap(([name, value]) => value.split('\n').map((item) => [name, item] as const));

import type { BlobRef, Canary, Connection, Instant, Recording, WireMessage } from '@komainu/model';
import { originOf, parseUrl, placeOf, steadyOrigin } from '../address.ts';
import type { Bodies, Visited } from '../define.ts';
import { explainerFor } from './explain.ts';
import { type Leaves, leavesOf, ownHeaders } from './leaves.ts';

/** A message of one visit, or a connection that no message explains, ready to be compared. */
export interface Sent {
  /** Into the recording. */
  readonly pointer: string;
  readonly recording: BlobRef;
  /** In the order of the visit. */
  readonly place: number;
  readonly card: Canary['card'];
  readonly message: WireMessage | null;
  readonly connection: Connection | null;
  /** Method and address without what varies: `POST https://a.test/orders/*`. */
  readonly template: string;
  readonly origin: string;
  /** What it is to be paired by, the strictest first. */
  readonly keys: readonly string[];
  /** Equal for messages that are equal in everything a page chooses but headers. */
  readonly digest: string;
  /** The headers a page chooses, cookies among them, in one piece. */
  readonly headers: string;
  /** Headers as they left; without, cookies and some others are not there to be compared. */
  readonly raw: boolean;
  /** Milliseconds since the first card value was typed; since the visit began where none was. */
  readonly after: number;
  /** Taken apart when first asked for. */
  readonly leaves: () => Leaves;
}

/** A segment that is another one on the next visit. */
const VARIES = /\d{4}|^[0-9a-f-]{8,}$|[A-Za-z0-9_-]{20}|%[0-9a-f]{2}|^[^.]*\d[^.]*[a-z][^.]*\d/i;
const shapeOf = (path: string): string =>
  path
    .split('/')
    .slice(0, 24)
    .map((segment) => (VARIES.test(segment) ? '*' : segment))
    .join('/');

/** The last two labels: one owner, whatever stands before them. */
const siteOf = (host: string): string => host.split('.').slice(-2).join('.');

/** Where it was sent from, as far as the initiator tells. */
export const initiatorOf = ({ initiator }: WireMessage): string =>
  placeOf(initiator.stack.find((frame) => frame.url !== '')?.url ?? initiator.url ?? 'about:blank');

/** When the first card value was typed. */
export function typedAt({ artifacts: { cardFields } }: Recording): Instant | undefined {
  const typed =
    cardFields.kind === 'observed' ? cardFields.value.flatMap((field) => field.typedAt ?? []) : [];
  return typed.toSorted()[0];
}

/** Everything a visit sent, in its order. */
export function sentIn({ ref, recording }: Visited, bodies: Bodies): readonly Sent[] {
  const { wire, connections, cardFields } = recording.artifacts;
  const typed =
    cardFields.kind === 'observed' ? cardFields.value.flatMap(({ typedAt }) => typedAt ?? []) : [];
  const zero = Date.parse(typed.toSorted()[0] ?? recording.visit.startedAt);
  const explain = explainerFor(recording.visit.canary.card);
  const messages = wire.kind === 'observed' ? wire.value : [];
  const told = new Set(messages.map(({ url }) => hostAndPort(url)));
  const base = { recording: ref, card: recording.visit.canary.card };
  return [
    ...messages.map((message, index): Sent => {
      let taken: Leaves | null = null;
      return {
        ...base,
        ...addressed(message),
        pointer: `/artifacts/wire/value/${index}`,
        place: index,
        message,
        connection: null,
        after: Date.parse(message.at) - zero,
        leaves: () => (taken ??= explain.explain(leavesOf(message, bodies))),
      };
    }),
    ...(connections?.kind === 'observed' ? connections.value : []).flatMap((connection, index): Sent[] => {
      if (told.has(`${connection.host}:${connection.port}`)) return [];
      return [
        {
          ...base,
          ...unexplained(connection),
          pointer: `/artifacts/connections/value/${index}`,
          place: messages.length + index,
          message: null,
          connection,
          after: Date.parse(connection.at) - zero,
        },
      ];
    }),
  ];
}

const PORTS: Readonly<Record<string, string>> = {
  'https:': '443',
  'wss:': '443',
  'http:': '80',
  'ws:': '80',
};
function hostAndPort(untrusted: string): string {
  const url = parseUrl(untrusted);
  return url === null ? '' : `${url.hostname}:${url.port || (PORTS[url.protocol] ?? '')}`;
}

/** Keys of a message; a connection has fewer. */
export const LEVELS = 5;

/** Method and address of a message without what varies. */
export const templateOf = ({ method, url }: Pick<WireMessage, 'method' | 'url'>): string =>
  `${method} ${steadyOrigin(url)}${shapeOf(parseUrl(url)?.pathname ?? '')}`;

function addressed(
  message: WireMessage,
): Pick<Sent, 'template' | 'origin' | 'keys' | 'digest' | 'headers' | 'raw'> {
  const url = parseUrl(message.url);
  const origin = originOf(message.url);
  const names = url === null ? '' : [...url.searchParams.keys()].slice(0, 20).join('&');
  const path = url?.pathname ?? '';
  const how = `${message.channel} ${message.method}`;
  const by = `${message.resource} ${initiatorOf(message)}`;
  const body = message.body.kind === 'bytes' ? message.body.blob : message.body.kind;
  const own = ownHeaders(message).map(([name, value]) => `${name.toLowerCase()}:${value}`);
  const cookie = message.headers.find(([name]) => name.toLowerCase() === 'cookie')?.[1] ?? '';
  return {
    template: templateOf(message),
    origin,
    keys: [
      `${how} ${origin}${path}?${names} ${by}`,
      `${how} ${origin}${path}`,
      `${how} ${steadyOrigin(message.url)}${shapeOf(path)}`,
      `${how} ${origin}`,
      `${how} ${siteOf(url?.host ?? '')}`,
    ],
    digest: JSON.stringify([how, message.url.replace(/#.*$/s, ''), body]),
    headers: JSON.stringify([own, cookie]),
    // Written by the network stack, last of all; a request that was answered before has none.
    raw: message.headers.some(([name]) => name.toLowerCase() === 'accept-encoding'),
  };
}

/** Bytes of a handshake differ by a few from one to the next; card data is more than that. */
const ROUNDING = 64;

function unexplained({
  host,
  port,
  kind,
  sent,
}: Connection): Omit<Sent, 'pointer' | 'place' | 'message' | 'connection' | 'after' | 'recording' | 'card'> {
  const labels = host.split('.').toReversed();
  const bytes = String(Math.round(sent / ROUNDING) * ROUNDING);
  const leaves: Leaves = new Map([
    ...labels.slice(0, 40).map((label, i) => [`host ${i}`, label] as const),
    ['bytes sent', bytes],
  ]);
  return {
    template: `${kind === 'http' ? 'CONNECTION' : 'TUNNEL'} ${steadyOrigin(`https://${host}`)}:${port}`,
    origin: originOf(`https://${host}:${port}`),
    keys: [`${kind} ${host}:${port}`, `${kind} ${siteOf(host)}:${port}`],
    digest: `${kind} ${host}:${port} ${bytes}`,
    headers: '',
    raw: true,
    leaves: () => leaves,
  };
}

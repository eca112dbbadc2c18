import type { IncomingHttpHeaders } from 'node:http';

export type HostName = 'shop' | 'pay' | 'cdn' | 'stats' | 'evil';

/** One request as it came in. */
export interface Received {
  readonly host: HostName;
  /** The whole name asked for, without port: `3a.evil.localhost`. */
  readonly name: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly at: number;
}

/** Everything that arrived while a behaviour was worn. */
export interface Arrivals {
  readonly requests: readonly Received[];
  /** Text of every WebSocket message, in order. */
  readonly frames: readonly { readonly host: HostName; readonly text: string }[];
  /** Names in TLS greetings, user names of TURN clients, names the customer's browser looked up. */
  readonly names: readonly string[];
  /** What a page of the attacker's own told the harness (the far end of a data channel). */
  readonly told: readonly string[];
}

/** What arrived at a host, oldest first. */
export const at = (arrived: Arrivals, host: HostName, path?: string): readonly Received[] =>
  arrived.requests.filter((one) => one.host === host && (path === undefined || one.url.pathname === path));

/** A parameter of the address of every request to the attacker. */
export const query = (arrived: Arrivals, name: string, host: HostName = 'evil'): readonly string[] =>
  at(arrived, host).flatMap(({ url }) => url.searchParams.getAll(name));

/** The bodies that came to the attacker, as text. */
export const bodies = (arrived: Arrivals, host: HostName = 'evil'): readonly string[] =>
  at(arrived, host)
    .filter(({ body }) => body.length > 0)
    .map(({ body }) => body.toString('utf8'));

export const base64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
export const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/** The same key stream again undoes it. */
export const xor = (bytes: Uint8Array, key: string): string =>
  Buffer.from(bytes.map((byte, i) => byte ^ key.charCodeAt(i % key.length))).toString('latin1');

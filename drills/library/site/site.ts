import type { Arrivals, HostName, Received } from './arrivals.ts';

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
/** A text is served with the type its path's ending asks for. */
export type Answer = string | Reply | ((request: Received) => string | Reply);

/** `host/path`: `shop/checkout/payment`, `evil/i.js`. */
export type Place = `${HostName}/${string}`;

/** What a behaviour may change of the shop, its suppliers and the attacker's host. */
export interface Site {
  /** Origins, each with the server's port: `http://evil.localhost:4567`. */
  readonly origins: Readonly<Record<HostName, string>>;
  /** The attacker's second port, which reads TLS greetings and TURN requests and answers neither with success. */
  readonly ear: number;
  readonly arrived: Arrivals;
  /** Serves something new, or something else than the base does. */
  serve(place: Place, answer: Answer): void;
  /** Alters what is served there otherwise; several alterations follow each other. */
  alter(place: Place, change: (body: string, request: Received) => string): void;
  /** Adds a response header to a document. */
  header(place: Place, name: string, value: string): void;
  /** Speaks WebSocket there; without one, messages are taken and nothing is said. */
  socket(place: Place, heard: (text: string, say: (text: string) => void) => string | undefined): void;
  /** A script of the payment page's own: `<script>` before `</body>`. */
  inline(code: string): void;
  /** Appends to the shop's payment script. */
  append(code: string): void;
  /** Appends to the script every page of the shop loads. */
  everywhere(code: string): void;
  /** A script from another host, referenced by the payment page. */
  external(place: Place, code: string): void;
  /** Markup at the end of the payment page's body. */
  markup(html: string): void;
}

export const PAYMENT: Place = 'shop/checkout/payment';

/** The merchant's own public key at the provider. */
export const SHOP_KEY = 'pk_live_wakaba7c1e';

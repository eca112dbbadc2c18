import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

export type Resolved =
  | { readonly kind: 'resolved'; readonly addresses: readonly LookupAddress[] }
  | { readonly kind: 'failed'; readonly error: string };

export type Resolve = (host: string) => Promise<Resolved>;

const LOOPBACK: Resolved = {
  kind: 'resolved',
  addresses: [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ],
};

/** Names to addresses, once for a whole visit: a name that answers otherwise the second time gains nothing. */
export function createResolve(): Resolve {
  const known = new Map<string, Promise<Resolved>>();
  return (host) => {
    const family = isIP(host);
    if (family !== 0) return Promise.resolve({ kind: 'resolved', addresses: [{ address: host, family }] });
    // As Chromium does, and RFC 6761 asks: these never reach a name server.
    if (/^(?:.*\.)?localhost\.?$/.test(host)) return Promise.resolve(LOOPBACK);
    const asked = known.get(host) ?? ask(host);
    known.set(host, asked);
    return asked;
  };
}

async function ask(host: string): Promise<Resolved> {
  try {
    const addresses = await lookup(host, { all: true });
    return addresses.length > 0 ? { kind: 'resolved', addresses } : { kind: 'failed', error: 'no address' };
  } catch (error) {
    return { kind: 'failed', error: error instanceof Error ? error.message : String(error) };
  }
}

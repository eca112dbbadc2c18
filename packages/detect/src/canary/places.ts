import type { WireMessage } from '@komainu/model';
import { parseUrl } from '../address.ts';
import type { Bodies } from '../define.ts';
import { ofBytes, ofString } from './bytes.ts';

/** A part of a message, as bytes. */
export interface Place {
  /** `host`, `path`, `query`, `header x-id`, `body`, `frame`. */
  readonly name: string;
  readonly text: string;
}

/** Every part of a message that leaves the machine, the address taken apart as it was written, not as it was parsed. */
export function placesOf(message: WireMessage, bodies: Bodies): readonly Place[] {
  const places: Place[] = addressOf(message.url);
  for (const [name, value] of message.headers) {
    places.push({
      name: name.toLowerCase() === 'cookie' ? 'cookie' : `header ${name.toLowerCase()}`,
      text: ofString(value),
    });
    // The name of a header is the page's choice too.
    if (name.length >= 12) places.push({ name: 'header name', text: ofString(name) });
  }
  if (message.body.kind === 'bytes') {
    const bytes = bodies(message.body.blob);
    if (bytes !== undefined)
      places.push({ name: message.channel === 'websocket' ? 'frame' : 'body', text: ofBytes(bytes) });
  }
  return places;
}

function addressOf(untrusted: string): Place[] {
  const host = parseUrl(untrusted)?.host;
  const bare = untrusted.replace(/#.*$/s, '');
  if (host === undefined) return [{ name: 'address', text: ofString(bare) }];
  const rest = bare.replace(/^[a-z][a-z0-9+.-]*:\/*[^/?\\]*/i, '');
  const [path = '', ...query] = rest.split('?');
  const user = /^[a-z][a-z0-9+.-]*:\/*([^/?\\]*)@/i.exec(bare)?.[1];
  return [
    { name: 'host', text: ofString(host) },
    ...(user === undefined ? [] : [{ name: 'user name', text: ofString(user) }]),
    { name: 'path', text: ofString(path) },
    ...(query.length === 0 ? [] : [{ name: 'query', text: ofString(query.join('?')) }]),
  ];
}

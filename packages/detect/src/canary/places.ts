import type { WireMessage } from '@komainu/model';
import { parseUrl } from '../address.ts';
import type { Bodies } from '../define.ts';
import { ofBytes, ofString } from './bytes.ts';
import { LONGEST_PIECE, type Piece } from './split.ts';

/** A part of a message, as bytes. */
export interface Place {
  /** `host`, `path`, `query`, `header x-id`, `body`, `frame`. */
  readonly name: string;
  readonly text: string;
}

/** Parts of one message that follow each other: a number cut over its path, its headers and its body. */
export function together(places: readonly Place[]): readonly Piece[] {
  return places.flatMap(({ name, text }) => {
    if (name === 'path') return text.split(/[/?]/).map((value) => ({ key: name, value }));
    if (name === 'query')
      return text.split('&').map((pair) => ({ key: name, value: pair.slice(pair.indexOf('=') + 1) }));
    if (name === 'body' || name === 'frame' || (name.startsWith('header ') && !isStandard(name.slice(7))))
      return text.length <= LONGEST_PIECE ? [{ key: name, value: text }] : [];
    return [];
  });
}

/** Headers that a browser sets, whatever a page does. */
export const isStandard = (header: string): boolean =>
  /^(?:accept|user-agent|sec-|referer|origin|host$|connection|content-|cookie$|pragma|cache-|upgrade|dnt|priority|if-|range$|te$)/i.test(
    header,
  );

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
  // A label holds 63 characters: what is longer goes on in the next.
  const labels = host.split('.').slice(0, -2);
  return [
    { name: 'host', text: ofString(host) },
    ...(labels.length > 1 ? [{ name: 'host', text: ofString(labels.join('')) }] : []),
    ...(user === undefined ? [] : [{ name: 'user name', text: ofString(user) }]),
    { name: 'path', text: ofString(path) },
    // Once its escapes are undone, a segment's own slashes are no longer told from the path's.
    ...path
      .split('/')
      .flatMap((text) => (/%[^]{12}/.test(text) ? [{ name: 'path', text: ofString(text) }] : [])),
    ...(query.length === 0 ? [] : [{ name: 'query', text: ofString(query.join('?')) }]),
  ];
}

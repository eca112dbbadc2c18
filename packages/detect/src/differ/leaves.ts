import type { WireMessage } from '@komainu/model';
import { ofBytes, ofString } from '../canary/bytes.ts';
import { parseUrl } from '../address.ts';
import type { Bodies } from '../define.ts';
import { opened, pairsOf } from './nested.ts';

/** Parts of a message by name (`query v`, `body /items/0/x`), values as byte texts; repeated names are numbered. */
export type Leaves = ReadonlyMap<string, string>;

/** Leaves of one message; what lies past that is compared in one piece. */
const MAX_LEAVES = 5000;
/** Layers taken off one value: JSON in base64 in a form field. */
const MAX_NESTED = 5;

/** What the browser itself writes, and a page cannot. */
const BROWSERS =
  /^(?:accept-(?:charset|encoding)|access-control-request-.*|connection|content-length|cookie|date|dnt|expect|host|keep-alive|origin|permissions-policy|priority|proxy-.*|sec-.*|te|trailer|transfer-encoding|upgrade|upgrade-insecure-requests|user-agent|via|:.*)$/;

export const ownHeaders = (message: WireMessage): WireMessage['headers'] =>
  message.headers.filter(([name]) => !BROWSERS.test(name.toLowerCase()));

/** Everything of a message that a page chooses, taken apart. */
export function leavesOf(message: WireMessage, bodies: Bodies): Leaves {
  const leaves = new Map<string, string>();
  const add = (name: string, text: string): void => {
    const stack = [{ name, text, nested: 0 }];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      const parts =
        item.nested < MAX_NESTED && leaves.size + stack.length < MAX_LEAVES ? opened(item.text) : null;
      if (parts === null) put(leaves, item.name, item.text);
      else
        for (const [part, value] of parts.parts.toReversed())
          stack.push({ name: item.name + spaced(item.nested, part), text: value, nested: item.nested + 1 });
    }
  };
  const url = parseUrl(message.url);
  if (url === null) add('address', ofString(message.url));
  else {
    for (const [i, label] of url.host.split('.').toReversed().entries()) add(`host ${i}`, ofString(label));
    if (url.username !== '') add('user name', ofString(url.username + url.password));
    for (const [i, segment] of url.pathname.split('/').slice(1).entries())
      add(`path ${i}`, ofString(segment));
    if (url.search !== '')
      for (const [name, value] of pairsOf(ofString(url.search.slice(1)).split('&').slice(0, MAX_LEAVES)))
        add(`query${name}`, value);
  }
  for (const [name, value] of message.headers) {
    const key = name.toLowerCase();
    if (key === 'cookie')
      for (const pair of value.split(/; ?/)) {
        const at = Math.max(0, pair.indexOf('='));
        add(`cookie ${pair.slice(0, Math.min(at, 80))}`, ofString(pair.slice(at + 1)));
      }
    else if (!BROWSERS.test(key) && value !== '')
      add(`header ${key}`, ofString(value.replace(/;\s*boundary=.*$/i, '')));
  }
  const bytes = message.body.kind === 'bytes' ? bodies(message.body.blob) : undefined;
  if (bytes !== undefined && bytes.length > 0)
    add(message.channel === 'request' ? 'body' : 'frame', ofBytes(bytes));
  return leaves;
}

/** `body /a/b`, `query v /a`, `body /d (base64) /n`. */
const spaced = (nested: number, part: string): string =>
  part.startsWith('/') && nested === 0 ? ` ${part}` : part;

function put(leaves: Map<string, string>, name: string, text: string): void {
  if (!leaves.has(name)) {
    leaves.set(name, text);
    return;
  }
  // A name repeated a thousand times must not be looked up a thousand times each.
  for (let n = 2; n < 64; n++)
    if (!leaves.has(`${name} #${n}`)) {
      leaves.set(`${name} #${n}`, text);
      return;
    }
  leaves.set(`${name} #…`, `${leaves.get(`${name} #…`) ?? ''}\n${text}`);
}

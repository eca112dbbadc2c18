import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { WireMessage } from '@komainu/model';
import { message, post, type Store } from './make.ts';

/** A generator of numbers in [0, 1): the same seed gives the same traffic, so that a false alarm can be looked at. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
type Dice = () => number;

const between = (roll: Dice, low: number, high: number): number =>
  low + Math.floor(roll() * (high - low + 1));
const bytes = (roll: Dice, count: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: count }, () => Math.floor(roll() * 256)));
const of = (roll: Dice, alphabet: string, count: number): string =>
  Array.from({ length: count }, () => alphabet[Math.floor(roll() * alphabet.length)] ?? '').join('');
const hex = (roll: Dice, count: number): string => of(roll, '0123456789abcdef', count);
const digits = (roll: Dice, count: number): string => of(roll, '0123456789', count);
const uuid = (roll: Dice): string =>
  `${hex(roll, 8)}-${hex(roll, 4)}-4${hex(roll, 3)}-a${hex(roll, 3)}-${hex(roll, 12)}`;
const WORDS =
  'page view checkout payment cart item price total quantity shipping address button click scroll hover input focus blur element selector path width height viewport screen color depth language platform browser version session user visitor campaign source medium referrer title description category product variant brand image thumbnail loaded rendered timing first contentful paint largest interactive layout shift long task resource duration transfer size encoded decoded protocol'.split(
    ' ',
  );
const words = (roll: Dice, count: number): string =>
  Array.from({ length: count }, () => WORDS[Math.floor(roll() * WORDS.length)] ?? '').join(' ');
const clock = (roll: Dice): number => 1_795_000_000_000 + Math.floor(roll() * 1e10);

/** A picture of one grey, as an upload or a data address: compressed and full of long runs. */
export function picture(roll: Dice, width: number, height: number): Buffer {
  const rows = Buffer.alloc((width * 4 + 1) * height, 0x80);
  for (let y = 0; y < height; y++) {
    rows[y * (width * 4 + 1)] = 0;
    for (let x = 0; x < 20; x++)
      rows[y * (width * 4 + 1) + 1 + between(roll, 0, width * 4 - 1)] = between(roll, 0, 255);
  }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk(
      'IHDR',
      Buffer.from([0, 0, width >> 8, width & 255, 0, 0, height >> 8, height & 255, 8, 6, 0, 0, 0]),
    ),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

/** What honest pages send: one row a kind, each a body or a query. */
export const BENIGN: Readonly<Record<string, (roll: Dice) => string | Buffer>> = {
  analytics: (roll) =>
    `v=2&tid=G-${of(roll, 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789', 10)}&gtm=45je${digits(roll, 8)}&_p=${clock(roll)}&cid=${digits(roll, 10)}.${digits(roll, 10)}&ul=ja&sr=1280x720&_s=${between(roll, 1, 9)}&sid=${digits(roll, 10)}&sct=3&seg=1&dl=https%3A%2F%2Fshop.test%2Fcheckout%2Fpayment&dt=${encodeURIComponent(words(roll, 4))}&en=${words(roll, 1)}&epn.value=${digits(roll, 5)}&_et=${digits(roll, 4)}&tfd=${digits(roll, 5)}`,
  events: (roll) =>
    JSON.stringify({
      batch: Array.from({ length: between(roll, 1, 8) }, () => ({
        messageId: `ajs-${uuid(roll)}`,
        anonymousId: uuid(roll),
        event: words(roll, 2),
        sentAt: new Date(clock(roll)).toISOString(),
        timestamp: clock(roll),
        properties: {
          path: `/${words(roll, 2).replace(' ', '/')}`,
          value: between(roll, 1, 99_999),
          text: words(roll, 9),
        },
      })),
      writeKey: of(roll, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 32),
    }),
  vitals: (roll) =>
    JSON.stringify({
      entries: Array.from({ length: between(roll, 4, 30) }, () => ({
        n: words(roll, 1),
        s: Math.round(roll() * 1e7) / 1e3,
        d: roll() * 1000,
        t: Math.floor(roll() * 1e6),
      })),
    }),
  token: (roll) =>
    `${bytes(roll, 27).toString('base64url')}.${Buffer.from(JSON.stringify({ sub: uuid(roll), iat: Math.floor(clock(roll) / 1000), exp: Math.floor(clock(roll) / 1000), jti: digits(roll, 19), scope: words(roll, 5) })).toString('base64url')}.${bytes(roll, 32).toString('base64url')}`,
  session: (roll) =>
    `sid=${bytes(roll, 24).toString('base64url')}&csrf=${hex(roll, 64)}&_ga=GA1.2.${digits(roll, 10)}.${digits(roll, 10)}&tz=-540`,
  hashes: (roll) =>
    JSON.stringify({
      em: createHash('sha256').update(words(roll, 3)).digest('hex'),
      ph: createHash('sha256').update(digits(roll, 11)).digest('hex'),
      fp: createHash('md5').update(uuid(roll)).digest('hex'),
      etag: createHash('sha1').update(uuid(roll)).digest('base64'),
    }),
  fingerprint: (roll) =>
    JSON.stringify({ blob: bytes(roll, between(roll, 200, 3000)).toString('base64'), v: 3 }),
  telemetry: (roll) =>
    Array.from(
      { length: between(roll, 5, 200) },
      () => `${clock(roll)},${digits(roll, between(roll, 1, 19))}`,
    ).join('\n'),
  series: (roll) =>
    JSON.stringify({
      t: Array.from({ length: between(roll, 10, 300) }, () => between(roll, 0, 9)),
      x: Array.from({ length: 40 }, () => between(roll, 32, 122)),
    }),
  packed: (roll) =>
    Buffer.from(JSON.stringify({ ts: digits(roll, 60), k: words(roll, 12), m: digits(roll, 40) })).toString(
      'base64',
    ),
  hexed: (roll) => Buffer.from(`${digits(roll, 80)}|${words(roll, 10)}`).toString('hex'),
  replay: (roll) =>
    deflateSync(
      JSON.stringify({ m: words(roll, 300), p: Array.from({ length: 200 }, () => between(roll, 0, 1280)) }),
    ),
  binary: (roll) => bytes(roll, between(roll, 20, 4000)),
  picture: (roll) => `data:image/png;base64,${picture(roll, 64, 16).toString('base64')}`,
  trace: (roll) =>
    JSON.stringify({
      resourceSpans: Array.from({ length: 6 }, () => ({
        traceId: hex(roll, 32),
        spanId: hex(roll, 16),
        start: `${clock(roll)}${digits(roll, 6)}`,
        name: words(roll, 2),
      })),
    }),
  crash: (roll) =>
    JSON.stringify({
      stack: Array.from(
        { length: 12 },
        () =>
          `at ${words(roll, 1)} (https://shop.test/assets/${words(roll, 1)}-${of(roll, 'ABCDEFabcdefxyzXYZ0123456789_-', 8)}.js:${between(roll, 1, 9)}:${between(roll, 1, 99_999)})`,
      ).join('\\n'),
      build: hex(roll, 40),
    }),
  japanese: (roll) =>
    JSON.stringify({
      商品: '木のおもちゃ 積み木セット',
      住所: '東京都千代田区千代田1-1',
      電話: `0${digits(roll, 10)}`,
      備考: '配達は午前中にお願いします。'.repeat(between(roll, 1, 6)),
    }),
  receipt: (roll) =>
    JSON.stringify({
      event: 'purchase',
      order: `T-${digits(roll, 12)}`,
      last4: digits(roll, 4),
      masked: `${digits(roll, 6)}******${digits(roll, 4)}`,
      total: between(roll, 100, 99_999),
    }),
};

/** An ordinary visit: `count` messages of about `size` bytes in all, with the headers a browser sends. */
export function ordinary(kept: Store, seed: number, count = 150, size = 500_000): readonly WireMessage[] {
  const roll = dice(seed);
  const kinds = Object.values(BENIGN);
  const cookie = `session=${bytes(roll, 24).toString('base64url')}; _ga=GA1.1.${digits(roll, 10)}.${digits(roll, 10)}; consent=${bytes(roll, 60).toString('base64url')}`;
  const wire: WireMessage[] = [];
  let sent = 0;
  for (let i = 0; i < count; i++) {
    const headers: [string, string][] = [
      ['Accept', '*/*'],
      [
        'User-Agent',
        'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
      ],
      ['sec-ch-ua', '"Chromium";v="150", "Not?A_Brand";v="99"'],
      ['Referer', 'https://shop.test/checkout/payment'],
      ['Cookie', cookie],
      ['x-request-id', uuid(roll)],
    ];
    const host = ['shop.test', 'stats.test', 'cdn.test', 'pay.test'][i % 4] ?? '';
    if (i % 2 === 0) {
      const query = BENIGN['analytics']?.(roll).toString() ?? '';
      wire.push(message(`https://${host}/assets/${words(roll, 1)}-${hex(roll, 8)}.js?${query}`, { headers }));
      sent += query.length + 300;
      continue;
    }
    let body = '';
    const wanted = ((size - sent) / (count - i)) * 2 - 600;
    while (body.length < wanted) {
      const part = kinds[Math.floor(roll() * kinds.length)]?.(roll) ?? '';
      if (typeof part !== 'string' && body === '') {
        wire.push(post(kept, `https://${host}/c/${words(roll, 1)}`, part, { headers }));
        sent += part.length;
        body = ' ';
        break;
      }
      body += typeof part === 'string' ? `${part}\n` : '';
    }
    if (body === ' ') continue;
    sent += body.length + 300;
    wire.push(post(kept, `https://${host}/c/${words(roll, 1)}`, body, { headers }));
  }
  return wire;
}

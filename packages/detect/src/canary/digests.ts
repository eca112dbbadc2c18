import { hash } from 'node:crypto';
import type { Canary } from '@komainu/model';
import { toBuffer } from './bytes.ts';

/** The digests a page can compute with WebCrypto or a small library. */
const ALGORITHMS = [
  'md5',
  'sha1',
  'sha256',
  'sha384',
  'sha512',
  'sha224',
  'sha3-256',
  'sha3-512',
  'ripemd160',
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Enough of a digest to know it by: fewer characters of hexadecimal are chance among a visit's identifiers. */
const KNOWN_BYTES = 8;

export interface Digest {
  readonly name: string;
  /** As it would stand in a text: hexadecimal, base64, the bytes; whole ones begin with it, and cut ones too. */
  readonly text: string;
  readonly raw: boolean;
}

/** How a number is written before it is hashed: alone, and with what is typed beside it. */
function plaintexts(card: Canary['card']): {
  readonly alone: readonly string[];
  readonly beside: readonly string[];
} {
  const { number, expiry, code, holder } = card;
  const [month = '', year = ''] = expiry.split('/');
  const groups = number.match(/\d{1,4}/g) ?? [];
  const turned = Array.from(number).toReversed().join('');
  const alone = [number, groups.join(' '), groups.join('-'), turned, toBuffer(number).toString('base64')];
  const beside = ['', '|', ':', ',', ';', '-', '_', ' ', '&'].flatMap((s) => [
    ...[expiry, month + year, `${month}/20${year}`, `${month}20${year}`].flatMap((date) => [
      [number, date].join(s),
      [number, date, code].join(s),
      [number, code, date].join(s),
      [number, date, code, holder].join(s),
    ]),
    [number, month, year, code].join(s),
    [number, month, `20${year}`, code].join(s),
    [number, code].join(s),
    [code, number].join(s),
    [number, holder].join(s),
    [holder, number].join(s),
  ]);
  return { alone, beside: [...new Set(beside)] };
}

/** A digest of bytes, as bytes. */
const digest = (algorithm: Algorithm, bytes: string): Buffer => hash(algorithm, toBuffer(bytes), 'buffer');

/** Ways of writing the head, and the tail, of a digest; a cut one is either. */
function written(bytes: Buffer): readonly Omit<Digest, 'name'>[] {
  const head = bytes.toString('hex', 0, KNOWN_BYTES);
  const tail = bytes.toString('hex', bytes.length - KNOWN_BYTES);
  return [
    { text: head, raw: false },
    { text: head.toUpperCase(), raw: false },
    { text: tail, raw: false },
    { text: tail.toUpperCase(), raw: false },
    // Whole characters only: the next one shares bits with the byte after.
    { text: bytes.toString('base64').slice(0, 20), raw: false },
    { text: bytes.toString('latin1', 0, 16), raw: true },
  ];
}

/** Digests of the number as it is typed and with its neighbours. */
export function digestsOf(card: Canary['card']): readonly Digest[] {
  const { alone, beside } = plaintexts(card);
  const row = (name: string, bytes: Buffer): readonly Digest[] =>
    written(bytes).map((one) => ({ ...one, name }));
  return [
    ...alone.flatMap((plain) =>
      ALGORITHMS.flatMap((name) => {
        const once = digest(name, plain);
        // Hashed twice, as the outer of two libraries does it: over the text of the first, or over its bytes.
        return [
          ...row(name, once),
          ...row(name, digest(name, once.toString('hex'))),
          ...row(name, digest(name, once.toString('latin1'))),
        ];
      }),
    ),
    ...beside.flatMap((plain) =>
      ALGORITHMS.slice(0, 5).flatMap((name) => row(name, digest(name, plain)).slice(0, 1)),
    ),
  ];
}

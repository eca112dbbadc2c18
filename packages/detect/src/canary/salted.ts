import { createHmac, hash } from 'node:crypto';
import type { Canary } from '@komainu/model';
import { toBuffer } from './bytes.ts';
import type { Algorithm } from './digests.ts';

/** A digest of the number with a salt. */
export interface Salted {
  readonly text: number;
  readonly encodings: readonly string[];
}

/** Digests computed for one visit; about a microsecond each. */
const MAX_DIGESTS = 2500;
/** A larger text is a film or a log. */
const MAX_TEXT = 1024 * 1024;
const MAX_SUSPECTS = 4000;
const MAX_SALTS = 1000;
/** Salts that are tried with something between them and the number too. */
const TRIED_APART = 24;
const TRIED_AS_KEYS = 64;
const HEAD = 16;

/** Of bytes, of which a text of this package is one a character. */
const hashed = (algorithm: Algorithm, bytes: string): string => hash(algorithm, toBuffer(bytes), 'hex');

/** Lengths of whole digests in hexadecimal and base64, by algorithm; other lengths are cut ones. */
const LENGTHS: readonly (readonly [Algorithm, readonly number[]])[] = [
  ['sha256', [64, 43, 44]],
  ['md5', [32, 22, 24]],
  ['sha1', [40, 27, 28]],
  ['sha512', [128, 86, 88]],
];

/** Whatever in a text looks like a digest: hexadecimal of 16 to 128 digits, base64 of 16 bytes and more. */
function suspectsIn(text: string): readonly { readonly head: string; readonly length: number }[] {
  const out: { head: string; length: number }[] = [];
  if (text.length > MAX_TEXT) return out;
  // A time or an identifier of digits only is no digest: one of sixteen digits is one in 2,000.
  for (const [run] of text.matchAll(/(?<![0-9A-Za-z])[0-9a-f]{16,128}(?![0-9A-Za-z])/gi))
    if (/[a-f]/i.test(run)) out.push({ head: run.slice(0, HEAD).toLowerCase(), length: run.length });
  for (const [run] of text.matchAll(/[0-9A-Za-z+/_-]{22,89}/g))
    if (run.length <= 88 && /\d/.test(run) && /[A-Z]/.test(run) && /[g-z]/.test(run))
      out.push({ head: Buffer.from(run, 'base64').toString('hex', 0, HEAD / 2), length: run.length });
  // oxlint-disable-next-line no-control-regex -- bytes
  if (text.length >= 16 && text.length <= 64 && /[\0-\x08\x80-\xff]/.test(text))
    out.push({ head: toBuffer(text).toString('hex', 0, HEAD / 2), length: text.length * 2 });
  return out;
}

/**
 * Digests of the number with what the page has at hand: a session, a host, another field. The likeliest salts come
 * first; when the number of digests is used up, the rest is not tried.
 */
export function salted(
  card: Canary['card'],
  texts: readonly string[],
  salts: readonly string[],
): readonly Salted[] {
  const heads = new Map<string, number>();
  const lengths = new Set<number>();
  for (const [text, one] of texts.entries())
    for (const { head, length } of suspectsIn(one)) {
      if (heads.size >= MAX_SUSPECTS) break;
      if (!heads.has(head)) heads.set(head, text);
      lengths.add(length);
    }
  const algorithms = LENGTHS.flatMap(([algorithm, known], i) =>
    // A cut digest is most often one of the common ones.
    i === 0 || known.some((length) => lengths.has(length)) ? [algorithm] : [],
  );
  const found: Salted[] = [];
  let left = heads.size === 0 ? 0 : MAX_DIGESTS;
  const look = (algorithm: Algorithm, name: string, whole: string): void => {
    left--;
    const text = heads.get(whole.slice(0, HEAD));
    if (text !== undefined) found.push({ text, encodings: [name, algorithm] });
  };
  for (const [i, salt] of salts.slice(0, MAX_SALTS).entries())
    for (const algorithm of algorithms) {
      if (left <= 0) return found;
      for (const between of i < TRIED_APART ? ['', ':', '|', '-', '.', '_', ' '] : ['']) {
        look(algorithm, 'salted', hashed(algorithm, salt + between + card.number));
        look(algorithm, 'salted', hashed(algorithm, card.number + between + salt));
      }
      if (i < TRIED_AS_KEYS)
        look(algorithm, 'hmac', createHmac(algorithm, toBuffer(salt)).update(card.number).digest('hex'));
      if (i < TRIED_APART) {
        look(algorithm, 'salted', hashed(algorithm, salt + hashed(algorithm, card.number)));
        look(algorithm, 'salted', hashed(algorithm, hashed(algorithm, card.number) + salt));
      }
    }
  return found;
}

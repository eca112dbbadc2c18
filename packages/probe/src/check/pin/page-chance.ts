import type { Veil } from './veil.ts';

export interface Chance {
  /** 32-bit numbers that make the beginning of every realm's sequence. */
  readonly seed: readonly [number, number, number];
  /** Key pairs by curve, as JSON Web Keys; the visit's only ones. */
  readonly pairs: Readonly<
    Record<string, { readonly publicKey: JsonWebKey; readonly privateKey: JsonWebKey }>
  >;
  /** `Math.random` too: where the browser's own sequence cannot be counted on. */
  readonly draws: boolean;
}

/**
 * Runs in every realm of a pinned visit; self-contained, as it is sent as text. What the browser draws at random for
 * a page comes out alike in all visits that are compared. `unpinned` is told of what cannot be.
 */
export function pinChance(veil: Veil, chance: Chance, unpinned: (what: string) => void): void {
  const { apply } = Reflect;
  const scope = globalThis as unknown as Record<string, { readonly prototype: object } | undefined>;
  const Bytes = Uint8Array;
  const Big = BigInt;

  // sfc32, begun anew in every realm and differently in every document.
  let [a, b, c] = chance.seed;
  let count = 1;
  const next = (): number => {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (const char of `${location.origin}${location.pathname}`) {
    c = (c ^ char.charCodeAt(0)) | 0;
    next();
  }
  const fill = (bytes: Uint8Array): Uint8Array => {
    for (let at = 0; at < bytes.length; at++) bytes[at] = next() >>> 11;
    return bytes;
  };
  const some = (length: number) => fill(new Bytes(length)) as Uint8Array<ArrayBuffer>;

  if (chance.draws) veil.method(Math, 'random', () => next() / 2 ** 32);
  veil.method(scope['Crypto']?.prototype, 'getRandomValues', (native, self, args) => {
    const array = apply(native, self, args as unknown[]) as ArrayBufferView;
    fill(new Bytes(array.buffer, array.byteOffset, array.byteLength));
    return array;
  });
  veil.method(scope['Crypto']?.prototype, 'randomUUID', (native, self, args) => {
    apply(native, self, args as unknown[]);
    const bytes = some(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return [0, 8, 12, 16, 20, 32]
      .map((at, n, all) => hex.slice(at, all[n + 1]))
      .slice(0, 5)
      .join('-');
  });
  for (const name of ['RTCPeerConnection', 'WebTransport'])
    veil.maker(scope, name, () => unpinned(`${name}: draws its own names`));

  const proto = scope['SubtleCrypto']?.prototype as SubtleCrypto | undefined;
  if (!proto) return;
  const { importKey, exportKey, digest } = proto;
  const subtle = crypto.subtle;
  type Usages = readonly KeyUsage[];
  const keyFrom = (
    format: KeyFormat,
    data: unknown,
    algorithm: unknown,
    extractable: boolean,
    usages: Usages,
  ) => apply(importKey, subtle, [format, data, algorithm, extractable, [...usages]]) as Promise<CryptoKey>;
  const nameOf = (algorithm: unknown): string =>
    (typeof algorithm === 'string'
      ? algorithm
      : String((algorithm as { name?: unknown })?.name ?? '')
    ).toUpperCase();

  const PRIVATE = /^(sign|decrypt|unwrapKey|deriveKey|deriveBits)$/;
  const PUBLIC = /^(verify|encrypt|wrapKey)$/;
  veil.method(proto, 'generateKey', async (native, self, args) => {
    const [algorithm, extractable, usages] = args as [
      { length?: number; namedCurve?: string; hash?: unknown },
      boolean,
      Usages,
    ];
    const name = nameOf(algorithm);
    // Throws for what is asked for wrongly, as it should.
    const fresh: unknown = await apply(native, self, args as unknown[]);
    if (name.startsWith('AES-'))
      return keyFrom('raw', some((algorithm.length ?? 256) / 8), { name }, extractable, usages);
    if (name === 'HMAC') {
      const { hash, length } = (fresh as CryptoKey).algorithm as unknown as { hash: unknown; length: number };
      return keyFrom('raw', some(Math.ceil(length / 8)), { name, hash, length }, extractable, usages);
    }
    const pair = chance.pairs[algorithm.namedCurve ?? name];
    if (!pair) {
      unpinned(`SubtleCrypto.generateKey ${name}`);
      return fresh;
    }
    const made = (fresh as CryptoKeyPair).publicKey.algorithm;
    return {
      publicKey: await keyFrom(
        'jwk',
        pair.publicKey,
        made,
        true,
        usages.filter((one) => PUBLIC.test(one)),
      ),
      privateKey: await keyFrom(
        'jwk',
        pair.privateKey,
        made,
        extractable,
        usages.filter((one) => PRIVATE.test(one)),
      ),
    };
  });
  veil.method(proto, 'sign', (native, self, args) => {
    if (/^(ECDSA|RSA-PSS)$/.test(nameOf(args[0]))) unpinned(`SubtleCrypto.sign ${nameOf(args[0])}`);
    return apply(native, self, args as unknown[]) as unknown;
  });

  // RSA-OAEP pads with bytes of its own drawing; with the modulus it can be done here, with bytes of ours.
  const modulusOf = new WeakMap<object, Promise<JsonWebKey>>();
  const known = modulusOf.get.bind(modulusOf);
  const note = modulusOf.set.bind(modulusOf);
  veil.method(proto, 'importKey', async (native, self, args) => {
    const key = (await apply(native, self, args as unknown[])) as CryptoKey;
    if (nameOf(args[2]) === 'RSA-OAEP' && key.type === 'public') {
      const [format, data, algorithm, , usages] = args as [KeyFormat, unknown, unknown, boolean, Usages];
      note(
        key,
        keyFrom(format, data, algorithm, true, usages).then(
          (twin) => apply(exportKey, subtle, ['jwk', twin]) as Promise<JsonWebKey>,
        ),
      );
    }
    return key;
  });
  const big = (bytes: Uint8Array): bigint => {
    let value = Big(0);
    for (const byte of bytes) value = (value << Big(8)) | Big(byte);
    return value;
  };
  const fromBase64Url = (text: string): Uint8Array =>
    Bytes.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
  const hashed = async (hash: unknown, data: Uint8Array): Promise<Uint8Array> =>
    new Bytes((await apply(digest, subtle, [hash, data])) as ArrayBuffer);
  const masked = async (hash: unknown, seed: Uint8Array, data: Uint8Array): Promise<Uint8Array> => {
    const out = Bytes.from(data);
    let size = 1;
    for (let at = 0, n = 0; at < out.length; at += size, n++) {
      const block = await hashed(hash, Bytes.of(...seed, n >>> 24, n >>> 16, n >>> 8, n));
      size = block.length;
      for (let i = 0; i < size && at + i < out.length; i++)
        out[at + i] = (out[at + i] ?? 0) ^ (block[i] ?? 0);
    }
    return out;
  };
  /** RFC 8017, 7.1.1. Null: longer than the key can take. */
  const sealed = async (key: CryptoKey, label: unknown, message: Uint8Array): Promise<ArrayBuffer | null> => {
    const { n = '', e = '' } = await (known(key) ??
      (apply(exportKey, subtle, ['jwk', key]) as Promise<JsonWebKey>));
    const modulus = fromBase64Url(n);
    const { hash } = key.algorithm as unknown as { hash: unknown };
    const empty = await hashed(hash, label === undefined ? new Bytes(0) : viewOf(label));
    const room = modulus.length - 2 * empty.length - 2;
    if (message.length > room) return null;
    const block = Bytes.of(...empty, ...new Bytes(room - message.length), 1, ...message);
    const seed = some(empty.length);
    const body = await masked(hash, seed, block);
    const head = await masked(hash, body, seed);
    const mod = big(modulus);
    let power = Big(1);
    let base = big(Bytes.of(0, ...head, ...body)) % mod;
    for (let exponent = big(fromBase64Url(e)); exponent > Big(0); exponent >>= Big(1)) {
      if (exponent & Big(1)) power = (power * base) % mod;
      base = (base * base) % mod;
    }
    const out = new Bytes(modulus.length);
    for (let at = out.length - 1; at >= 0; at--, power >>= Big(8)) out[at] = Number(power & Big(255));
    return out.buffer;
  };
  const viewOf = (data: unknown): Uint8Array => {
    if (data instanceof ArrayBuffer) return new Bytes(data.slice(0));
    const view = data as ArrayBufferView;
    return new Bytes(new Bytes(view.buffer, view.byteOffset, view.byteLength));
  };
  veil.method(proto, 'encrypt', async (native, self, args) => {
    const [algorithm, key, data] = args as [{ label?: unknown }, CryptoKey, unknown];
    if (nameOf(algorithm) !== 'RSA-OAEP') return apply(native, self, args as unknown[]) as unknown;
    const message = viewOf(data);
    // Throws for what is asked for wrongly, as it should.
    const theirs: unknown = await apply(native, self, args as unknown[]);
    return (await sealed(key, algorithm.label, message).catch(() => null)) ?? theirs;
  });
  veil.method(proto, 'wrapKey', async (native, self, args) => {
    const [format, key, wrapping, algorithm] = args as [KeyFormat, CryptoKey, CryptoKey, { label?: unknown }];
    const theirs: unknown = await apply(native, self, args as unknown[]);
    if (nameOf(algorithm) !== 'RSA-OAEP') return theirs;
    const exported: unknown = await apply(exportKey, subtle, [format, key]);
    const message = format === 'jwk' ? new TextEncoder().encode(JSON.stringify(exported)) : viewOf(exported);
    return (await sealed(wrapping, algorithm.label, message).catch(() => null)) ?? theirs;
  });
}

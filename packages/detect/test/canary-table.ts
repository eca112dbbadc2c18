import type { Canary, WireMessage } from '@komainu/model';
import { judgeCheck } from '../src/index.ts';
import { around, CHANNELS, SPLIT_CHANNELS, SPLITS, sent, WITHIN } from './canary-channels.ts';
import { ENCODERS } from './canary-encoders.ts';
import { approval, canary, REF, recordingOf, type Store, store } from './make.ts';

export interface Cell {
  readonly encoding: string;
  readonly channel: string;
  readonly hit: boolean;
  /** What the finding calls it; empty when there is none. */
  readonly called: string;
}

/** Real ciphers under keys that nobody outside the page knows: no search of the wire finds them. */
export const OUT_OF_SCOPE: readonly string[] = [
  'AES (WebCrypto or a library)',
  'RC4',
  'RSA',
  'ChaCha20',
  'one-time pad',
  'a digest with a salt that never leaves the page',
  'PBKDF2, scrypt, Argon2',
  'a picture with its bits in the lowest bits of pixels',
  'JPEG and WebP',
  'count and timing of messages',
];

function tried(
  encoding: string,
  channel: string,
  make: (kept: Store) => readonly WireMessage[],
  card: Canary['card'],
): Cell {
  const kept = store();
  const wire = [...around(kept), ...make(kept)];
  const { findings } = judgeCheck({
    recordings: [{ ref: REF, recording: recordingOf({ wire, visit: { canary: { ...canary, card } } }) }],
    baseline: approval(),
    bodies: kept.bodies,
  });
  const found = findings.find(
    ({ detector, leak }) => detector === 'canary-on-wire' && leak?.field === 'number',
  );
  return { encoding, channel, hit: found !== undefined, called: found?.leak?.encodings.join(' > ') ?? '' };
}

/** Every encoding on every channel, every cut: literal messages, put to the detectors as a check is. */
export const table = (card: Canary['card'] = canary.card): readonly Cell[] => [
  ...Object.entries(ENCODERS).flatMap(([encoding, encode]) =>
    Object.entries(CHANNELS).map(([channel, send]) =>
      tried(encoding, channel, (kept) => [send(kept, encode(card))], card),
    ),
  ),
  ...Object.entries(SPLITS).flatMap(([encoding, cut]) =>
    SPLIT_CHANNELS.map((channel) => tried(encoding, channel, (kept) => sent(kept, channel, cut(card)), card)),
  ),
  ...Object.entries(WITHIN).map(([name, make]) =>
    tried(name, 'within one', (kept) => [make(kept, card)], card),
  ),
];

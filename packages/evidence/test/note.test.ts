import { createPrivateKey, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkpointText, parseCheckpoint } from '../src/checkpoint.ts';
import { isNoteSignedBy, isNoteSignedOnlyBy, parseNote, type Signer, signNote } from '../src/note.ts';
import { isKeyName, parsePublicKey, parseVkey, publicKeyPem } from '../src/vkey.ts';
import { bytes } from './helpers.ts';

// golang.org/x/mod/sumdb/note, package documentation.
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const SKEY = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

function peter(): Signer {
  const seed = Buffer.from(SKEY, 'base64').subarray(1);
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const key = parseVkey(VKEY);
  if (key === undefined) throw new Error('vkey');
  return { key, sign: (message) => sign(null, message, privateKey) };
}
const { key } = peter();
const read = (text: string) => parseNote(bytes(text));

describe('signed notes', () => {
  test('the Go reference vector, both ways', () => {
    expect(signNote(TEXT, peter())).toBe(NOTE);
    const note = read(NOTE);
    expect(note?.text).toBe(TEXT);
    expect(note && isNoteSignedBy(note, key)).toBe(true);
  });

  test('no flipped bit of a note passes as the same text signed only by the key', () => {
    const original = bytes(NOTE);
    for (let at = 0; at < original.length * 8; at += 1) {
      const flipped = Uint8Array.from(original);
      flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7));
      const note = parseNote(flipped);
      expect(note !== undefined && isNoteSignedOnlyBy(note, key), `bit ${at}`).toBe(false);
    }
  });

  test('signatures of unknown keys: passed over by C2SP’s rule, refused by ours', () => {
    const other = signNote(TEXT, { key: { ...key, id: '00000000' }, sign: () => new Uint8Array(64) });
    const both = read(`${NOTE}${other.slice(TEXT.length + 1)}`);
    expect(both?.signatures).toHaveLength(2);
    expect(both && isNoteSignedBy(both, key)).toBe(true);
    expect(both && isNoteSignedOnlyBy(both, key)).toBe(false);
  });

  test('a wrong signature beside a right one of the same key is refused', () => {
    const wrong = signNote(TEXT, { key, sign: () => new Uint8Array(64) });
    const both = read(`${NOTE}${wrong.slice(TEXT.length + 1)}`);
    expect(both && isNoteSignedBy(both, key)).toBe(false);
  });

  test.each([
    ['nothing', ''],
    ['no signature', TEXT],
    ['no final newline', NOTE.slice(0, -1)],
    ['carriage returns', NOTE.replaceAll('\n', '\r\n')],
    ['a NUL', NOTE.replace('If', 'I\u0000f')],
    ['a byte order mark is kept, so the text differs', `\uFEFF${NOTE}`],
    ['a hyphen for the dash', NOTE.replace('—', '-')],
    ['two spaces', NOTE.replace('— PeterNeumann ', '— PeterNeumann  ')],
    ['base64 without padding', NOTE.replace('nAM=', 'nAM')],
    ['base64 with spare bits', NOTE.replace('nAM=', 'nAN=')],
    ['too many signatures', NOTE + NOTE.slice(TEXT.length + 1).repeat(20)],
    ['a line after the signatures', `${NOTE}more\n`],
    ['an empty line after the signatures', `${NOTE}\n`],
  ])('malformed: %s', (_what, text) => {
    const note = read(text);
    expect(note !== undefined && isNoteSignedBy(note, key)).toBe(false);
  });

  test('bytes that are not UTF-8', () => expect(parseNote(Uint8Array.of(0xff, 0x0a, 0x0a))).toBeUndefined());
});

describe('keys as text', () => {
  test('a vkey is read only as it is written', () => {
    expect(parseVkey(VKEY)?.vkey).toBe(VKEY);
    for (const text of [
      VKEY.replace('c74f', 'c74e'),
      VKEY.replace('Peter', 'Beter'),
      `${VKEY}=`,
      VKEY.replace('+AR', '+Ar'),
      '',
      '+',
      'a+b',
    ])
      expect(parseVkey(text), text).toBeUndefined();
  });
  test('PEM takes the name it is given', () => {
    expect(parsePublicKey(publicKeyPem(key), 'PeterNeumann')?.vkey).toBe(VKEY);
    expect(parsePublicKey(`${VKEY}\n`, 'ignored')?.vkey).toBe(VKEY);
    expect(
      parsePublicKey('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', 'x'),
    ).toBeUndefined();
  });
  test.each(['', 'a b', 'a+b', 'a\tb', 'a\u00a0b', 'a\u3000b', 'a\nb', 'a\u0085b', '\ud800'])(
    'no name: %j',
    (name) => {
      expect(isKeyName(name)).toBe(false);
    },
  );
  test('names in any script', () => expect(isKeyName('店.example/台帳')).toBe(true));
});

describe('checkpoints', () => {
  // The example of C2SP tlog-checkpoint.
  const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
  test('the example of the specification', () => {
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
    expect(checkpoint && checkpointText(checkpoint)).toBe(text);
  });
  test.each([
    text.slice(0, -1),
    `${text}extension\n`,
    `${text}\n`,
    text.replace('20852163', '020852163'),
    text.replace('20852163', '-1'),
    text.replace('20852163', '9007199254740993'),
    text.replace('20852163', '2e3'),
    text.replace('q2I=', 'q2J='),
    text.replace('CsUY', ''),
    `\n${text}`,
    '',
  ])('refused: %j', (wrong) => expect(parseCheckpoint(wrong)).toBeUndefined());
});

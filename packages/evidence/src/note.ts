import { concat, decodeBase64, decodeUtf8, encodeBase64, hex, utf8 } from './bytes.ts';
import { isKeyName, isSignedBy, type VerifierKey } from './vkey.ts';

/** Who can sign a note: the private half of a {@link VerifierKey}. */
export interface Signer {
  readonly key: VerifierKey;
  sign(message: Uint8Array): Uint8Array;
}

interface NoteSignature {
  readonly name: string;
  readonly id: string;
  readonly signature: Uint8Array;
}

/** A C2SP signed note, taken apart but not yet believed. */
export interface Note {
  /** With its final newline: exactly the bytes that are signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const MAX_SIGNATURES = 16;
const LINE = /^— (\S+) (\S+)$/u;

export function signNote(text: string, signer: Signer): string {
  const signature = concat([Buffer.from(signer.key.id, 'hex'), signer.sign(utf8(text))]);
  return `${text}\n— ${signer.key.name} ${encodeBase64(signature)}\n`;
}

/** Undefined when the bytes are not a signed note, letter by letter. */
export function parseNote(untrusted: Uint8Array): Note | undefined {
  const note = decodeUtf8(untrusted);
  // eslint-disable-next-line no-control-regex -- the format forbids them
  if (note === undefined || /[\u0000-\u0009\u000b-\u001f]/.test(note)) return undefined;
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return undefined;
  const signatures = lines.map(parseSignature);
  if (!signatures.every((signature) => signature !== undefined)) return undefined;
  return { text: note.slice(0, split + 1), signatures };
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, encoded] = LINE.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return undefined;
  const bytes = decodeBase64(encoded);
  if (bytes === undefined || bytes.length < 5) return undefined;
  return { name, id: hex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

/** As C2SP asks: signatures of unknown keys are passed over, one of this key must be there and all of this key must hold. */
export function isNoteSignedBy(note: Note, key: VerifierKey): boolean {
  const message = utf8(note.text);
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id);
  return own.length > 0 && own.every(({ signature }) => isSignedBy(key, message, signature));
}

/**
 * As our own files ask: this key's signature and nothing else. A line of an unknown key, which C2SP passes over,
 * would be bytes that anybody can add without being found out.
 */
export const isNoteSignedOnlyBy = (note: Note, key: VerifierKey): boolean =>
  note.signatures.length === 1 && isNoteSignedBy(note, key);

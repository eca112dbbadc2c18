/**
 * What a stranger wrote may hide in characters that show nothing or turn the reading order ("Trojan Source", CVE-2021-42574).
 * The screen shows each as its code point.
 */
export interface Piece {
  readonly kind: 'text' | 'hidden';
  readonly text: string;
}

const isHidden = (code: number): boolean =>
  (code < 0x20 && code !== 0x09) ||
  (code >= 0x7f && code <= 0x9f) ||
  code === 0xad ||
  code === 0x61c ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x206f) ||
  (code >= 0xfe00 && code <= 0xfe0f) ||
  code === 0xfeff ||
  code === 0xfffd ||
  (code >= 0xd800 && code <= 0xdfff) ||
  (code >= 0xe0000 && code <= 0xe0fff);

const nameOf = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

/** The text in pieces, hidden characters named. Joined pieces lose nothing but those characters. */
export const makeVisible = (untrusted: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let plain = '';
  for (const character of untrusted) {
    const code = character.codePointAt(0) ?? 0;
    if (!isHidden(code)) {
      plain += character;
      continue;
    }
    if (plain !== '') pieces.push({ kind: 'text', text: plain });
    plain = '';
    pieces.push({ kind: 'hidden', text: nameOf(code) });
  }
  if (plain !== '') pieces.push({ kind: 'text', text: plain });
  return pieces;
};

/** The same as one string, for places that take only text. */
export const visibleText = (untrusted: string): string =>
  makeVisible(untrusted)
    .map((piece) => (piece.kind === 'hidden' ? `⟨${piece.text}⟩` : piece.text))
    .join('');

/** Controls, bidirectional overrides and zero-width characters: an address made of them reads as another one. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** An untrusted string as it may stand in a sentence: visible characters only, the middle left out when too long. */
export function shown(untrusted: string, max = 80): string {
  // A page can make an address of megabytes; nothing past what could be shown is looked at.
  const cut =
    untrusted.length > 4 * max ? untrusted.slice(0, 2 * max) + untrusted.slice(-2 * max) : untrusted;
  const clean = cut.toWellFormed().replace(INVISIBLE, '\ufffd');
  if (clean.length <= max && cut.length === untrusted.length) return clean;
  const tail = Math.floor(max / 4);
  return `${clean.slice(0, max - tail - 1)}…${clean.slice(-tail)}`.toWellFormed();
}

/** An untrusted string as it may stand in a reference: well formed, at most `max` UTF-16 units. */
export const label = (untrusted: string, max = 2000): string =>
  (untrusted.length > max ? `${untrusted.slice(0, max - 1)}…` : untrusted).toWellFormed();

/** At most `max` of the items in a sentence, the rest counted. */
export function listed(items: readonly string[], language: 'en' | 'ja', max = 4): string {
  const head = items.slice(0, max).map((item) => shown(item, 60));
  const rest = items.length - head.length;
  if (language === 'ja') return head.join('、') + (rest > 0 ? `ほか${rest}件` : '');
  return head.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

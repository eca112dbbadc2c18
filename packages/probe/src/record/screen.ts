/**
 * Whether a text holds digits that could be somebody's card: 13 to 19 of them, apart or not, that pass the check of
 * ISO/IEC 7812-1 (Luhn). Self-contained: it is sent into pages as text too.
 */
export function looksLikeCard(text: string): boolean {
  const luhn = (digits: string): boolean => {
    let sum = 0;
    for (let place = 0; place < digits.length; place++) {
      const digit = Number(digits.at(-1 - place)) * (place % 2 === 0 ? 1 : 2);
      sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 === 0;
  };
  for (const [run] of text.normalize('NFKC').matchAll(/\d(?:[ .\-\u00a0]?\d){12,40}/g)) {
    const digits = run.replace(/\D/g, '');
    // A longer run may hold one: every window is looked at.
    for (let length = 13; length <= Math.min(19, digits.length); length++)
      for (let from = 0; from + length <= digits.length; from++)
        if (/[2-6]/.test(digits[from] ?? '') && luhn(digits.slice(from, from + length))) return true;
  }
  return false;
}

/**
 * What could be code in some reading of it: a sieve, so that the names and addresses of honest visitors never leave
 * the shop's database. It decides nothing; what passes is judged from the evidence. Every alternative is linear.
 */
const COULD_RUN = new RegExp(
  [
    // Markup, plain or in full width, which some programs fold to ASCII.
    String.raw`[<＜][a-zａ-ｚ!?%/／]`,
    // The opening bracket as an entity, in an address, escaped for a script, in UTF-7.
    String.raw`&(?:lt|#0{0,8}60|#x0{0,8}3c)`,
    String.raw`%(?:25)*3c`,
    String.raw`\\(?:u00|u\{0*|x)3c`,
    String.raw`\\0?74\b`,
    String.raw`\+ADw-`,
    // A handler that breaks out of an attribute, an address that runs.
    String.raw`[\s"'\x60/]on[a-z]{3,24}\s{0,8}=`,
    String.raw`(?:java|vb|live)\s?script\s?(?::|&|%3a)`,
    String.raw`data:text/html`,
    // Templates of shops and mails, PHP objects, base64 of "<script" and of "<?php".
    String.raw`\{\{|\{%|\$\{`,
    String.raw`(?:^|[;{])[OC]:\+?\d+:"`,
    String.raw`PHNjcmlwd|PD9waH`,
  ].join('|'),
  'iu',
);
/** Browsers skip these inside of a scheme. */
const SKIPPED =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u00ad\u200b-\u200f\ufeff]|(?<=[a-z])[\t\n\r](?=[a-z:])/g;

export const couldRun = (text: string): boolean =>
  COULD_RUN.test(text) || COULD_RUN.test(text.replace(SKIPPED, ''));

/** Digits of payment cards put out of sight: what visitors typed is kept as evidence, a card number never is. */
export const withoutCards = (text: string): string =>
  text.replaceAll(/\d(?:[ -]?\d){12,18}/g, (digits) =>
    isCardNumber(digits.replaceAll(/[ -]/g, '')) ? digits.replaceAll(/\d/g, '*') : digits,
  );

function isCardNumber(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, twice = false; at >= 0; at--, twice = !twice) {
    const value = Number(digits[at]) * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

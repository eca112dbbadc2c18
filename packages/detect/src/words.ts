import { type CardField, type Text, text } from '@komainu/model';

const NAMES: Readonly<Record<CardField, Text>> = {
  number: text('the card number', 'カード番号'),
  expiry: text('the expiry date', '有効期限'),
  code: text('the security code', 'セキュリティコード'),
  holder: text("the cardholder's name", 'カード名義人'),
};
const ORDER = ['number', 'expiry', 'code', 'holder'] as const;

/** Card fields in a sentence. */
export function namesOf(fields: readonly CardField[]): Text {
  const named = ORDER.filter((field) => fields.includes(field)).map((field) => NAMES[field]);
  if (named.length === 0) return text('card data', 'カード情報');
  const [last, ...before] = named.toReversed();
  const en = before.toReversed().map((name) => name.en);
  return text(
    en.length === 0 ? (last?.en ?? '') : `${en.join(', ')} and ${last?.en ?? ''}`,
    named.map((name) => name.ja).join('・'),
  );
}

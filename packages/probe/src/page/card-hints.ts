import type { CardField } from '@komainu/model';

/** What a person reads at a field, and what programs write there, by card field. Plain data: it is sent into pages. */
export interface CardHint {
  readonly field: CardField;
  /** Values of `autocomplete`, whole words. */
  readonly autocomplete: readonly string[];
  /** Regular expressions (flag `i`) against name and id, with camelCase and `_`/`-` made spaces. */
  readonly names: readonly string[];
  /** Regular expressions (flag `i`) against label, placeholder, title and nearby text. */
  readonly labels: readonly string[];
}

/** First match wins: `card holder name` must not be taken for a number, nor a `card code` for a coupon. */
export const CARD_HINTS: readonly CardHint[] = [
  {
    field: 'code',
    autocomplete: ['cc-csc'],
    names: [
      '\\b(cvc|cvv|cvn|csc|cid)\\d?\\b',
      '\\bsecurity ?(code|no|number|cd)\\b',
      '\\bcard ?(code|verification|security)\\b',
      '\\bverification ?(value|code|no)\\b',
    ],
    labels: [
      '\\b(cvc|cvv|cvn|csc)\\d?\\b',
      'security\\s?code',
      'card verification',
      'セキュリティ[ー]?\\s?(コード|番号)',
      '安全コード',
      '(カード)?裏面.{0,12}(3|３|三)\\s?桁',
    ],
  },
  {
    field: 'expiry',
    autocomplete: ['cc-exp', 'cc-exp-month', 'cc-exp-year'],
    names: [
      '\\b(card|cc|credit) ?(exp|year|month|yy|mm)',
      '\\bexp(iry|iration|ires?|ired)?( ?(date|month|year|mm|yy|m|y))?\\b',
      '\\b(valid|yuko|yuukou|kigen) ?(thru|until|to|kigen)?\\b',
    ],
    labels: [
      'expir',
      'valid (thru|until)',
      '^\\s*mm\\s*/\\s*(yy|aa|jj)',
      '有効期限',
      '有効期間',
      '期限\\s?[（(]?\\s?(月|年)',
    ],
  },
  {
    field: 'holder',
    autocomplete: ['cc-name', 'cc-given-name', 'cc-family-name'],
    names: [
      '\\b(card|cc|credit) ?(holder|owner|name)',
      '\\bholder ?name\\b',
      '\\bname ?on ?card\\b',
      '\\b(card)?meigi(nin)?\\b',
    ],
    labels: [
      'card\\s?holder',
      'name\\s?on\\s?(the\\s?)?card',
      '(カード)?名義(人|名)?',
      'カード(に記載|記載|上)の.{0,6}(名前|氏名)',
      'ローマ字.{0,10}カード',
    ],
  },
  {
    field: 'number',
    autocomplete: ['cc-number'],
    names: [
      // Four boxes of four digits count on: `card_no01`.
      '\\b(card|cc|credit|pan) ?(num|number|no|nr) ?0?[1-4]?\\b',
      '\\bcc ?(card)?\\b',
      '\\b(card|credit ?card)\\d?\\b$',
      '\\bpan\\b',
      '\\bkard? ?(bangou|bango|no)\\b',
    ],
    labels: [
      '(card|credit)\\s?(card)?\\s?(number|no\\.?)',
      'カード\\s?(番号|No)',
      '(クレジット|デビット)カード番号',
      '^\\s*[0-9•・xX]{4}\\s[0-9•・xX]{4}\\s[0-9•・xX]{4}',
    ],
  },
];

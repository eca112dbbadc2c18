import type { Control } from './scene.ts';

/** What a checkout asks of a shopper. */
export type Part =
  | 'familyName'
  | 'givenName'
  | 'fullName'
  | 'familyKana'
  | 'givenKana'
  | 'fullKana'
  | 'email'
  | 'phone'
  | 'postcode'
  | 'prefecture'
  | 'city'
  | 'street'
  | 'building'
  | 'country'
  | 'company'
  | 'birthday'
  | 'sex'
  | 'password';

/** A control that asks for a part. */
export interface Asked {
  readonly control: Control;
  readonly part: Part;
}

interface PartRow {
  readonly part: Part;
  /** Values of `autocomplete`, whole words. */
  readonly autocomplete: readonly string[];
  /** Against `name` and `id`, punctuation made spaces. */
  readonly names: RegExp;
  /** Against label, placeholder and group. */
  readonly labels: RegExp;
}

/** First match wins: kana before names, building before street, the login's password before all. */
const PARTS: readonly PartRow[] = [
  {
    part: 'password',
    autocomplete: ['current-password', 'new-password'],
    names: /\bpass(word|wd)?\b/,
    labels: /パスワード|password/i,
  },
  {
    part: 'familyKana',
    autocomplete: [],
    names:
      /(family|last|sei) ?(name )?(kana|furi|yomi)|(kana|furigana|yomigana) ?(0?1|sei|last|family)\b|yomigana last|sei ?kana/,
    labels:
      /(セイ|せい)(\s|$|[)）])|(姓|氏)[^名]{0,4}(カナ|かな|フリガナ|ふりがな)|(last|family|sur)\s?name.{0,6}kana/i,
  },
  {
    part: 'givenKana',
    autocomplete: [],
    names:
      /(given|first|mei) ?(name )?(kana|furi|yomi)|(kana|furigana|yomigana) ?(0?2|mei|first|given)\b|yomigana first|mei ?kana/,
    labels:
      /(メイ|めい)(\s|$|[)）])|名[^前氏]{0,4}(カナ|かな|フリガナ|ふりがな)|(first|given)\s?name.{0,6}kana/i,
  },
  {
    part: 'fullKana',
    autocomplete: [],
    names: /kana\b|furigana|yomi(gana)?\b|phonetic/,
    labels: /フリガナ|ふりがな|カナ|よみがな|ヨミガナ|読み仮名|かな/,
  },
  {
    part: 'email',
    autocomplete: ['email'],
    names: /\be ?mail\b|\bmail ?(address|addr|confirm|check|\d+)?\b/,
    labels: /メール|e-?mail|電子メール/i,
  },
  {
    part: 'phone',
    autocomplete: [
      'tel',
      'tel-national',
      'tel-area-code',
      'tel-local',
      'tel-local-prefix',
      'tel-local-suffix',
    ],
    names: /\b(tel|phone|telephone|mobile|denwa)\b|\btel ?0?\d\b|phone ?number/,
    labels: /電話|携帯|ＴＥＬ|\btel\b|phone|mobile number/i,
  },
  {
    part: 'postcode',
    autocomplete: ['postal-code'],
    names: /\b(zip|postal|post ?code|postcode|yubin|yuubin)\b|\bzip ?(code)?\d*\b|postal ?code/,
    labels: /郵便番号|〒|postcode|postal|zip/i,
  },
  {
    part: 'prefecture',
    autocomplete: ['address-level1'],
    names: /\bpref(ecture)?\b|\bstate\b|\bprovince\b|\btodofuken\b|address ?level ?1|\bregion\b|\bzone\b/,
    labels: /都道府県|prefecture|\bstate\b|province|region/i,
  },
  {
    part: 'country',
    autocomplete: ['country', 'country-name'],
    names: /\bcountry\b/,
    labels: /^国(\s|$)|国・地域|国名|country/i,
  },
  {
    part: 'company',
    autocomplete: ['organization'],
    names: /\b(company|organi[sz]ation|corp)\b/,
    labels: /会社|法人|部署|company|organi[sz]ation/i,
  },
  {
    part: 'building',
    autocomplete: ['address-line2', 'address-line3'],
    names: /\b(building|apartment|apt|suite|address ?line ?2|address ?0?[23]|bldg)\b/,
    labels: /建物|マンション|ビル|部屋|apartment|suite|unit|address line 2|building/i,
  },
  {
    part: 'city',
    autocomplete: ['address-level2'],
    names: /\b(city|town|locality|shikuchoson)\b|address ?level ?2|\baddr0?1\b/,
    labels: /市区|市町村|市郡|\bcity\b|\btown\b|suburb/i,
  },
  {
    part: 'street',
    autocomplete: ['street-address', 'address-line1', 'address-level3'],
    names: /\b(street|address ?line ?1|address ?0?1|addr0?2|banchi|address|addr|jusho|juusho)\b/,
    labels: /番地|町名|丁目|住所|street|address/i,
  },
  {
    part: 'birthday',
    autocomplete: ['bday', 'bday-year', 'bday-month', 'bday-day'],
    names: /birth/,
    labels: /生年月日|誕生日|birth/i,
  },
  { part: 'sex', autocomplete: ['sex'], names: /\b(sex|gender)\b/, labels: /性別|gender/i },
  {
    part: 'familyName',
    autocomplete: ['family-name'],
    names: /(family|last|sur) ?name|name ?(0?1|sei|last|family)\b|\bsei\b|\blname\b/,
    labels: /(^|[\s(（])(姓|氏|苗字)([\s)）]|$)|(last|family|sur)\s?name/i,
  },
  {
    part: 'givenName',
    autocomplete: ['given-name'],
    names: /(given|first|fore) ?name|name ?(0?2|mei|first|given)\b|\bmei\b|\bfname\b/,
    labels: /(^|[\s(（])名([\s)）]|$)|(first|given|fore)\s?name/i,
  },
  {
    part: 'fullName',
    autocomplete: ['name'],
    names: /\b(full ?)?name\b|\bnamae\b|\bshimei\b/,
    labels: /お?名前|氏名|full name|your name|^name/i,
  },
];

/** What is asked for, null for what is nobody's address: quantities, coupons, searches, remarks. */
export function partOf(control: Control): Part | null {
  if (!['text', 'select', 'combo', 'radio'].includes(control.kind) || control.disabled) return null;
  if (
    control.kind === 'text' &&
    /^(search|number)$/.test(control.type) &&
    !/zip|post|tel|phone/.test(control.names)
  )
    return null;
  const tokens = control.autocomplete.split(/\s+/);
  if (tokens.some((token) => token.startsWith('cc-'))) return null;
  const known = PARTS.find((row) => tokens.some((token) => row.autocomplete.includes(token)));
  if (known) return known.part;
  const labels = `${control.words} ${control.placeholder}`.normalize('NFKC');
  if (NOT_THE_SHOPPER.test(`${labels} ${control.names}`)) return null;
  if (control.type === 'password') return 'password';
  return (
    (
      byName(control.names) ??
      PARTS.find((row) => row.labels.test(labels)) ??
      PARTS.find((row) => row.labels.test(control.group))
    )?.part ?? null
  );
}

const byName = (names: string): PartRow | undefined => PARTS.find((row) => row.names.test(names));

const NOT_THE_SHOPPER =
  /クーポン|ポイント|検索|数量|個数|備考|要望|コメント|配達(日|時)|お届け(日|時)|カード|有効期限|セキュリティ|名義|coupon|promo|voucher|discount|gift|search|quantity|\bqty\b|comment|\bnote|remarks|card|cvc|cvv|expir|keyword|\bfax/i;

/** Something a person could use on a page, as it reads. All text is the page's own: untrusted, cut, one line. */
export interface Control {
  /** Into the elements kept by the scan it came from. */
  readonly index: number;
  readonly kind: 'link' | 'button' | 'radio' | 'checkbox' | 'select' | 'text' | 'combo' | 'option';
  /** What stands on it or labels it. */
  readonly words: string;
  /** Label of the group it is in: a legend, the heading of a table row. */
  readonly group: string;
  /** `name`, `id` and `data-*` names, camelCase and punctuation made spaces. */
  readonly names: string;
  /** The attribute, for telling radio groups apart. */
  readonly name: string;
  readonly type: string;
  readonly autocomplete: string;
  readonly placeholder: string;
  readonly value: string;
  /** A text that is not empty, a select that is not on its first, empty line. */
  readonly filled: boolean;
  readonly checked: boolean;
  readonly required: boolean;
  readonly disabled: boolean;
  /** The page says that what was entered is wrong. */
  readonly invalid: boolean;
  readonly maxLength: number | null;
  /** Of a select: value and words, without what cannot be chosen. */
  readonly options: readonly (readonly [string, string])[];
  readonly href: string;
  /** Index of its form, null outside of all. */
  readonly form: number | null;
  readonly dialog: boolean;
  /** Of what is sold behind a link, in the shop's money; null when none stands near it. */
  readonly price: number | null;
  readonly soldOut: boolean;
  /** Purposes for which a selector of the shop's platform names it. */
  readonly hints: readonly string[];
}

/** One page at one moment. */
export interface Scene {
  readonly url: string;
  readonly title: string;
  readonly language: string;
  readonly headings: string;
  /** The first of what a visitor reads. */
  readonly text: string;
  readonly controls: readonly Control[];
  /** Visible challenges that only a person may solve. */
  readonly captcha: string | null;
  /** Rows of the platform table whose signs are there. */
  readonly platforms: readonly string[];
}

import type { Asked, Part } from './parts.ts';
import type { Control } from './scene.ts';

/** What is to be entered where. `value` may hold placeholders, as a recorded step does. */
export interface Entry {
  readonly control: Control;
  readonly part: Part;
  readonly value: string;
}

const of = (name: string): string => `{{shopper.${name}}}`;

/**
 * Ways to write a part, likeliest first; where a page calls one wrong, the next is tried. `spot` and `spots`: which of
 * how many boxes that ask for the same part, in their order on the page.
 */
function waysOf({ control, part }: Asked, spot: number, spots: number, latin: boolean): readonly string[] {
  const said = `${control.words} ${control.placeholder} ${control.group}`;
  const short = (control.maxLength ?? 99) <= 5;
  switch (part) {
    case 'familyName':
      return [of(latin ? 'familyLatin' : 'familyName')];
    case 'givenName':
      return [of(latin ? 'givenLatin' : 'givenName'), of('givenLatin')];
    case 'fullName':
      // Two boxes under one heading are family and given name, in the order of the language.
      if (spots === 2)
        return [
          of(
            (spot === 0) !== latin
              ? latin
                ? 'familyLatin'
                : 'familyName'
              : latin
                ? 'givenLatin'
                : 'givenName',
          ),
        ];
      return [latin ? `${of('givenLatin')} ${of('familyLatin')}` : `${of('familyName')} ${of('givenName')}`];
    case 'familyKana':
      return kana('family', said);
    case 'givenKana':
      return kana('given', said);
    case 'fullKana': {
      if (spots === 2) return kana(spot === 0 ? 'family' : 'given', said);
      const family = kana('family', said);
      const given = kana('given', said);
      return family.map((name, at) => `${name} ${given[at] ?? ''}`);
    }
    case 'email':
      return [of('email')];
    case 'phone':
      if (spots === 3) return [of(`phone${spot + 1}`)];
      return said.includes('-') || said.includes('－')
        ? [of('phoneDashed'), of('phone')]
        : [of('phone'), of('phoneDashed')];
    case 'postcode':
      if (spots === 2) return [of(`postcode${spot + 1}`)];
      if (control.maxLength === 7 || /ハイフン(なし|不要)|without hyphen/i.test(said))
        return [of('postcodeDigits'), of('postcode')];
      return short ? ['10001'] : [of('postcode'), of('postcodeDigits'), '10001'];
    case 'city':
      return [of(latin ? 'cityLatin' : 'city')];
    case 'street':
      return [of(latin ? 'streetLatin' : 'street')];
    case 'building':
      return [latin ? 'TEST' : '巡回テスト'];
    case 'company':
      return [latin ? 'TEST' : '確認用'];
    case 'birthday':
      return control.kind === 'text' ? ['1990-01-01', '19900101'] : [];
    case 'prefecture':
      return [of(latin ? 'prefectureLatin' : 'prefecture')];
    case 'country':
      return ['Japan'];
    case 'sex':
    case 'password':
      return [];
  }
}

/** One line for what other forms ask for in two: a part that is not asked for stands in the line that is. */
function addressIn(part: Part, form: ReadonlySet<Part>, latin: boolean): readonly string[] | null {
  if (part !== 'city' && part !== 'street') return null;
  const alone = !form.has(part === 'city' ? 'street' : 'city');
  if (!alone) return null;
  const lines = ['prefecture', 'city', 'street'].filter(
    (line) => line !== 'prefecture' || !form.has('prefecture'),
  );
  const written = lines.map((line) => of(latin ? `${line}Latin` : line));
  return [latin ? written.toReversed().join(', ') : written.join('')];
}

function kana(which: 'family' | 'given', said: string): readonly string[] {
  const full = of(`${which}Kana`);
  const hiragana = of(`${which}Hiragana`);
  const half = of(`${which}HalfKana`);
  if (/半角/.test(said)) return [half, full, hiragana];
  // The heading says which script is wanted by being written in it; an example does too.
  if (/ふりがな|かな|ひらがな|せい|めい|やまだ|たろう/.test(said)) return [hiragana, full, half];
  return [full, hiragana, half];
}

const WANTED: Readonly<Partial<Record<Part, readonly RegExp[]>>> = {
  prefecture: [/^東京都?$/, /^t[oō]ky[oō](-to)?$/i, /^(JP)?-?13$/],
  country: [/^(日本|japan|JP)$/i, /japan|日本/i],
  birthday: [/^(1990|平成0?2)/, /^0?1(月|日)?$/],
  sex: [/回答しない|その他|other|prefer not/i],
};

export const isOwnLine = (part: Part, words: string): boolean =>
  (WANTED[part] ?? []).some((wanted) => wanted.test(words.normalize('NFKC')));

/** A line of a menu: the shopper's own where it is offered, else the first that says anything. */
function lineOf({ control, part }: Asked): string | null {
  const real = control.options.filter(
    ([value, words]) => value !== '' && !/選択|^[-—]+|choose|select|please/i.test(words),
  );
  for (const wanted of WANTED[part] ?? []) {
    const line = real.find(([value, words]) => wanted.test(words.normalize('NFKC')) || wanted.test(value));
    if (line) return line[0];
  }
  return real[0]?.[0] ?? null;
}

/** What to enter; `form` holds all parts the form asks for, entered or not. `tries` counts how often a control was called wrong; empty where there is nothing to say. */
export function entriesFor(
  asked: readonly Asked[],
  form: ReadonlySet<Part>,
  latin: boolean,
  tries: (control: Control) => number,
): readonly Entry[] {
  return asked.flatMap((one): readonly Entry[] => {
    const { control, part } = one;
    if (control.kind === 'select') {
      const value = lineOf(one);
      return value === null ? [] : [{ control, part, value }];
    }
    const same = asked.filter((other) => other.part === part && other.control.kind === control.kind);
    const ways = addressIn(part, form, latin) ?? waysOf(one, same.indexOf(one), same.length, latin);
    const value = ways[Math.min(tries(control), ways.length - 1)];
    return value === undefined ? [] : [{ control, part, value }];
  });
}

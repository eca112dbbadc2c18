import { type Persona, type Recording, type Text, text } from '@komainu/model';

/** Which visitors a page may tell apart: two recordings of one kind of visitor should have received the same. */
export const kindOfVisitor = (recording: Recording): string =>
  `${recording.visit.persona.id}${isReturning(recording) ? ' returning' : ''}`;

/** The second free visit of a check goes on from where the first came to the payment page: it has been there before. */
function isReturning({ visit: { persona, role } }: Recording): boolean {
  return persona.returning ?? (role?.kind === 'free' && role.draws === 'high');
}

const LANGUAGES: Readonly<Record<string, Text>> = {
  ja: text('Japanese', '日本語'),
  en: text('English', '英語'),
  zh: text('Chinese', '中国語'),
};

/** A visitor in words. Its shifted clock is left out: a free visit keeps its own. */
export function visitorInWords(recording: Recording): Text {
  const { persona } = recording.visit;
  const language = LANGUAGES[(persona.languages[0] ?? '').slice(0, 2).toLowerCase()];
  const parts: readonly Text[] = [
    isReturning(recording)
      ? text('a returning visitor', '再訪の利用者')
      : text('a first-time visitor', '初めての利用者'),
    persona.device === 'mobile' ? text('on a phone', 'スマートフォン') : text('on a computer', 'パソコン'),
    ...(language === undefined ? [] : [text(`who reads ${language.en}`, language.ja)]),
    ...from(persona),
  ];
  return text(parts.map(({ en }) => en).join(' '), parts.map(({ ja }) => ja).join('・'));
}

function from({ referrer }: Persona): readonly Text[] {
  if (referrer === null) return [];
  const host = URL.parse(referrer)?.host ?? referrer;
  return [text(`from ${host}`, `${host} から`)];
}

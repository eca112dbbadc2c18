import { i18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Language, Text } from '@komainu/model';
import { en, type Key } from './en.ts';
import { ja } from './ja.ts';

// Catalogs are written as ICU messages and compiled here: no build step of Lingui's own.
i18n.setMessagesCompiler(compileMessage);
i18n.load({ en, ja });

const REMEMBERED = 'komainu.language';

const remembered = (): string | null => {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
};

/** What was chosen before, else what the browser prefers, else English. */
export const firstLanguage = (chosen: string | null, preferred: readonly string[]): Language => {
  if (chosen === 'ja' || chosen === 'en') return chosen;
  for (const tag of preferred) {
    if (/^ja\b/i.test(tag)) return 'ja';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
};

export const speak = (language: Language): void => {
  i18n.activate(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    // Storage is closed to us: the choice lasts as long as the page.
  }
};

export const startLanguage = (): void => {
  const language = firstLanguage(remembered(), navigator.languages);
  i18n.activate(language);
  document.documentElement.lang = language;
};

export interface Speech {
  readonly language: Language;
  /** A sentence of the console's own. */
  readonly say: (key: Key, values?: Record<string, string | number>) => string;
  /** A sentence of the server's, which comes in both languages. */
  readonly tell: (text: Text) => string;
}

export const useSpeech = (): Speech => {
  const { i18n: active } = useLingui();
  const language: Language = active.locale === 'ja' ? 'ja' : 'en';
  return {
    language,
    say: (key, values) => active._(key, values),
    tell: (text) => text[language],
  };
};

export { i18n };

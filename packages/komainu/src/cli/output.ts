import { stripVTControlCharacters } from 'node:util';
import type { Language, Text } from '@komainu/model';

/** Where a command speaks: results to stdout (one JSON value with --json), everything else to stderr. */
export interface Output {
  readonly json: boolean;
  readonly language: Language;
  say(text: Text): string;
  /** A line of the result for people; silent with --json. */
  line(line?: string): void;
  /** A line about the work under way. */
  note(line: string): void;
  /** The result for programs; silent without --json. */
  result(value: unknown): void;
}

/** The language of `--lang`, else of the environment. */
export function languageOf(option: string | undefined, env: NodeJS.ProcessEnv): Language {
  const wanted = option ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return wanted.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}

/**
 * What an attacker may have chosen, made safe for a terminal: escape sequences and control characters gone,
 * direction overrides too, and at most `limit` characters.
 */
export function untrusted(value: string, limit = 200): string {
  const plain = stripVTControlCharacters(value).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '�');
  return plain.length > limit ? `${plain.slice(0, limit)}…` : plain;
}

export function openOutput(options: { readonly json: boolean; readonly language: Language }): Output {
  const { json, language } = options;
  return {
    json,
    language,
    say: (text) => text[language],
    line: (line = '') => {
      if (!json) process.stdout.write(`${line}\n`);
    },
    note: (line) => {
      if (!json) process.stderr.write(`${line}\n`);
    },
    result: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}

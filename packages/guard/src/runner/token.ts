import { readFileSync } from 'node:fs';
import { sayError } from '../error.ts';

/**
 * The token from the environment: `KOMAINU_TOKEN`, or the file `KOMAINU_TOKEN_FILE` names, read anew each time. Never
 * from the command line, which every process of the machine can read. Null, and why, when there is none.
 */
export function tokenFrom(
  env: Readonly<Record<string, string | undefined>>,
): { readonly token: string } | { readonly token: null; readonly why: string } {
  const given = env['KOMAINU_TOKEN']?.trim();
  if (given) return { token: given };
  const file = env['KOMAINU_TOKEN_FILE'];
  if (!file)
    return { token: null, why: 'set KOMAINU_TOKEN, or KOMAINU_TOKEN_FILE to a file that holds the token' };
  try {
    return { token: readFileSync(file, 'utf8').trim() };
  } catch (error) {
    return { token: null, why: `${file}: ${sayError(error)}` };
  }
}

import { GuardError, codeOf } from '../error.ts';

/** Loads a database driver, which is installed only where it is used. @throws GuardError `config` with what to do */
export async function loadDriver<T>(name: 'mysql2' | 'pg', load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new GuardError(
      'config',
      `the driver "${name}" is not installed here; install it beside Komainu: npm install ${name}`,
      { cause: error },
    );
  }
}

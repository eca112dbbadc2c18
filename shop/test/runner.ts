import * as runner from 'node:test';

type Work = () => void | Promise<void>;

/** Node's runner hands back promises that it awaits itself; these say so once instead of in every test file. */
export const describe = (name: string, work: () => void): void => void runner.describe(name, work);
export const it = (name: string, work: Work): void => void runner.it(name, work);
export const before = (work: Work): void => runner.before(work);
export const after = (work: Work): void => runner.after(work);

import { pino } from 'pino';

/** One line per event: an object for programs, a message for people. pino fits. */
export interface Log {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** Lines of JSON on standard error. A token that finds its way into a logged object does not reach the log. */
export const openLog = (): Log =>
  pino(
    { name: 'komainu', base: null, redact: ['token', '*.token', 'authorization', '*.authorization'] },
    pino.destination({ fd: 2, sync: true }),
  );

import { type Instant, instant } from '@komainu/model';

/** One line of a guard's log. */
export interface GuardEvent {
  readonly at: Instant;
  readonly level: 'info' | 'warn' | 'error';
  readonly event:
    | 'started'
    | 'watching'
    | 'noticed'
    | 'as-sealed'
    | 'delivered'
    | 'refused'
    | 'server-away'
    | 'server-back'
    | 'seal'
    | 'problem'
    | 'stopped';
  /** One sentence, in English; for logs. May hold escaped names from disk. */
  readonly message: string;
  readonly root?: string;
}

export type Say = (
  level: GuardEvent['level'],
  event: GuardEvent['event'],
  message: string,
  root?: string,
) => void;

export const sayTo =
  (onEvent: (event: GuardEvent) => void): Say =>
  (level, event, message, root) =>
    onEvent({ at: instant(), level, event, message, ...(root === undefined ? {} : { root }) });

import { type GuardReport, type Instant, instant } from '@komainu/model';

/** One line of a guard's log. */
export interface GuardEvent {
  readonly at: Instant;
  readonly level: 'info' | 'warn' | 'error';
  readonly event:
    | 'started'
    | 'watching'
    | 'noticed'
    | 'as-sealed'
    | 'acted'
    | 'stood-down'
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

export function sayNoticed(say: Say, { id, root, changes, gaps }: GuardReport): void {
  const more = (all: readonly unknown[]) => (all.length > 1 ? ` and ${all.length - 1} more` : '');
  const [change] = changes;
  if (change) say('error', 'noticed', `${id}: ${change.kind} ${change.path}${more(changes)}`, root);
  const [gap] = gaps;
  if (gap) say('warn', 'noticed', `${id}: not seen: ${gap.path ?? root}: ${gap.detail}${more(gaps)}`, root);
}

export const sayTo =
  (onEvent: (event: GuardEvent) => void): Say =>
  (level, event, message, root) =>
    onEvent({ at: instant(), level, event, message, ...(root === undefined ? {} : { root }) });

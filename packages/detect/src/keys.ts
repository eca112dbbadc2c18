import type { Canary, CardGrant, WireMessage } from '@komainu/model';
import type { Bodies } from './define.ts';
import { explainerFor } from './differ/explain.ts';
import { type Leaves, leavesOf } from './differ/leaves.ts';

export type Keys = NonNullable<CardGrant['keys']>;

/** What parts of a call are called that say on whose behalf it is made. */
const OWNER =
  /(?:api[_-]?key|public[_-]?key|publishable|merchant|shop|account|acct|client[_-]?(?:id|key)|tenant|site[_-]?(?:id|key)|store[_-]?(?:id|key|code)?$|vendor|partner|app[_-]?(?:id|key)|(?:^|[\W_])key$)/i;
/** Another one with every call, whatever it is called. */
const FLEETING =
  /idempot|nonce|csrf|xsrf|session|request|trace|correlation|timestamp|signature|order|cart|secret_?id/i;
/** Values that are keys whatever their part is called. */
const KEY = /^(?:Bearer |Basic )?(?:pk|pub|publishable|public|merchant|acct|live|test)[_-][A-Za-z0-9_-]{6,}$/;
const MAX_KEYS = 8;

/** The leaves of a message, typed values named. */
export const partsOf = (message: WireMessage, canary: Canary, bodies: Bodies): Leaves =>
  explainerFor(canary.card).explain(leavesOf(message, bodies));

const isOwner = (part: string): boolean =>
  !FLEETING.test(part) &&
  (/^header (?:authorization|x-api-key)$/.test(part) || OWNER.test(part.split(/[ /]/).at(-1) ?? ''));

/** The parts that say on whose behalf a call is made: in every one of the calls, and always the same. */
export function keysAmong(calls: readonly Leaves[], distinct: boolean): Keys {
  const [first, ...others] = calls;
  if (first === undefined) return [];
  return [...first]
    .filter(([part, value]) => {
      if (value.length < 3 || value.length > 200 || value.includes('{{')) return false;
      if (FLEETING.test(part) || !others.every((call) => call.get(part) === value)) return false;
      // Seen once, a nonce looks like a key: only what is a key by its own looks is one then.
      return KEY.test(value) || (distinct && isOwner(part));
    })
    .slice(0, MAX_KEYS)
    .map(([part, value]) => ({ part: part.toWellFormed(), value: value.toWellFormed() }));
}

/** Keys that a call has otherwise than approved, or beside the approved ones. */
export function foreignKeys(call: Leaves, approved: Keys): Keys {
  const other = approved.flatMap(({ part }) => {
    const value = call.get(part);
    return value === undefined || approved.some((key) => key.part === part && key.value === value)
      ? []
      : [{ part, value }];
  });
  if (other.length > 0) return other;
  const gone = approved.filter(({ part }) => !call.has(part));
  if (gone.length < approved.length) return [];
  // All of them gone: a key in another place is somebody's.
  return [...call]
    .filter(([part, value]) => value.length >= 3 && (KEY.test(value) || isOwner(part)))
    .filter(([, value]) => !approved.some((key) => key.value === value))
    .slice(0, MAX_KEYS)
    .map(([part, value]) => ({ part, value }));
}

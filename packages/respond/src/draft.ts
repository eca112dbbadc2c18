import type { Actor, EntryKind, EntryOf, Instant, LedgerEntry } from '@komainu/model';

/** An entry before it is recorded: whoever records it gives it its instant. */
export type EntryDraft = { [K in EntryKind]: Omit<EntryOf<K>, 'v' | 'at'> }[EntryKind];

/** The entry to be appended, with the instant of its recording. */
export const stamp = (draft: EntryDraft, at: Instant): LedgerEntry => ({ v: 1, at, ...draft });

/** The server, deciding by the shop's policy or acting on what was decided. */
export const POLICY: Actor = { kind: 'server', name: 'policy' };
export const RESPONDER: Actor = { kind: 'server', name: 'komainu' };

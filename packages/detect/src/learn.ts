import type { CardField, CardGrant, Recording, WireMessage } from '@komainu/model';
import { parseUrl } from './address.ts';
import { placesIn } from './attribution.ts';
import type { Sighted } from './canary/leaks.ts';
import type { Bodies, Visited } from './define.ts';
import { compared } from './differ/compare.ts';
import { dependences } from './differ/dependence.ts';
import type { Variation } from './differ/variation.ts';
import { keysAmong, partsOf } from './keys.ts';

type Lists = 'scripts' | 'wire' | 'headers' | 'frames' | 'forms' | 'cardFields' | 'acts';
type Item<N extends Lists> = Extract<NonNullable<Recording['artifacts'][N]>, { kind: 'observed' }>['value'];
export function observed<N extends Lists>(recording: Recording, name: N): Item<N> {
  const artifact = recording.artifacts[name];
  return artifact?.kind === 'observed' ? artifact.value : [];
}

export type Payment = Pick<Sighted, 'message' | 'fields'>;

export const FIELDS = ['number', 'expiry', 'code', 'holder'] as const;

/** Which script read which fields, in any of the visits. */
export function readsIn(recordings: readonly Recording[]): ReadonlyMap<string, ReadonlySet<CardField>> {
  const reads = new Map<string, Set<CardField>>();
  for (const recording of recordings) {
    for (const { act, stack, frameUrl, fields } of observed(recording, 'acts'))
      if (act !== 'listen')
        for (const place of placesIn(stack, frameUrl)) {
          const known = reads.get(place) ?? new Set();
          for (const field of fields) known.add(field);
          if (known.size > 0) reads.set(place, known);
        }
  }
  return reads;
}

/** The fields a card was typed into. */
const typedIn = (recordings: readonly Recording[]): readonly CardField[] => {
  const typed = new Set(
    recordings.flatMap((one) =>
      observed(one, 'cardFields').flatMap(({ field, typedAt }) => (typedAt === null ? [] : [field])),
    ),
  );
  return FIELDS.filter((field) => typed.has(field));
};

/**
 * Messages that depend on the card though it cannot be read in them: into the call the configuration names as the
 * payment, where the provider's script encrypts it, or elsewhere. A name alone is what a form of the shop's may send.
 */
export function differing(
  recordings: readonly Recording[],
  visits: readonly Visited[],
  bodies: Bodies,
): { readonly payments: readonly Payment[]; readonly suspects: readonly WireMessage[] } {
  const comparison = compared(visits, bodies);
  if (comparison === null) return { payments: [], suspects: [] };
  const messageOf = ({ a, b }: Variation): readonly WireMessage[] => {
    const message = a.sent?.message ?? b.sent?.message ?? null;
    return message === null ? [] : [message];
  };
  const isAnswered = ({ outcome }: WireMessage): boolean => outcome.kind === 'answered';
  const proved = dependences(comparison, null).filter(
    ({ sure, chief }) => sure === 'proved' && chief.tells.kind !== 'part',
  );
  const names = proved.filter(({ chief, others }) => [chief, ...others].every(isName));
  const fields = typedIn(recordings);
  return {
    payments: [
      ...(fields.length === 0
        ? []
        : comparison.variations
            .flatMap(messageOf)
            .filter(isAnswered)
            .map((message) => ({ message, fields }))),
      ...names
        .flatMap(({ chief }) => messageOf(chief))
        .map((message) => ({ message, fields: ['holder'] as const })),
    ],
    suspects: proved
      .filter((one) => !names.includes(one))
      .flatMap(({ chief }) => messageOf(chief))
      .filter((message) => !isAnswered(message)),
  };
}

const isName = ({ tells }: Variation): boolean =>
  tells.kind === 'fields' && tells.fields.every((field) => field === 'holder');

/** A grant with what says on whose behalf the approved calls were made. */
export function withKeys(
  grant: CardGrant,
  origin: string,
  recordings: readonly Recording[],
  bodies: Bodies,
): CardGrant {
  const free = recordings.filter(({ visit }) => visit.role?.kind !== 'pinned');
  const calls = recordings.flatMap((recording) =>
    observed(recording, 'wire')
      .filter(({ method, url }) => {
        const address = parseUrl(url);
        return method === grant.method && address?.origin === origin && address.pathname === grant.path;
      })
      .map((message) => partsOf(message, recording.visit.canary, bodies)),
  );
  const keys = keysAmong(calls, free.length > 1);
  return keys.length === 0 ? grant : { ...grant, keys };
}

export function grantsFor(origin: string, payments: readonly Payment[]): readonly CardGrant[] {
  const grants = new Map<string, { method: string; path: string; fields: CardField[] }>();
  for (const { message, fields } of payments) {
    const url = parseUrl(message.url);
    if (url === null || url.origin !== origin) continue;
    const key = `${message.method} ${url.pathname}`;
    const known = grants.get(key)?.fields ?? [];
    grants.set(key, {
      method: message.method,
      path: url.pathname,
      fields: [...known, ...fields.filter((field) => !known.includes(field))],
    });
  }
  return [...grants.values()];
}

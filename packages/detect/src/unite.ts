import {
  type ApprovedDestination,
  type ApprovedScript,
  type Baseline,
  type CardGrant,
  CardPart,
} from '@komainu/model';

/**
 * What either of two baselines of one page approves: for a page that shows different visitors different things. Who
 * approved, when, and the recording are the later one's; an owner or a justification once given stays.
 */
export const unite = (before: Baseline, now: Baseline): Baseline => ({
  ...now,
  scripts: joined(before.scripts, now.scripts, ({ where }) => where, oneScript),
  destinations: joined(before.destinations, now.destinations, ({ origin }) => origin, oneDestination),
  // All values of a header apply together: those of two visits are not one list.
  headers: joined(before.headers, now.headers, ({ document, name }) => `${document} ${name}`, later),
  frames: distinct([...before.frames, ...now.frames]).toSorted(),
  forms: joined(before.forms, now.forms, ({ document, action }) => `${document} ${action}`, later),
  cardFields: joined(before.cardFields, now.cardFields, ({ field, origin }) => `${field} ${origin}`, later),
});

const later = <T>(_: T, now: T): T => now;
const distinct = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

/** Those of both, by name; of what is in both, one is made. */
function joined<T>(
  before: readonly T[],
  now: readonly T[],
  name: (item: T) => string,
  one: (before: T, now: T) => T,
): readonly T[] {
  const all = new Map(before.map((item) => [name(item), item]));
  for (const item of now) {
    const known = all.get(name(item));
    all.set(name(item), known === undefined ? item : one(known, item));
  }
  return [...all.values()];
}

function oneScript(before: ApprovedScript, now: ApprovedScript): ApprovedScript {
  const shape = now.shape ?? before.shape;
  const reads = distinct([...(before.reads ?? []), ...(now.reads ?? [])]);
  return {
    where: now.where,
    // None is any body, by decision.
    hashes:
      before.hashes.length === 0 || now.hashes.length === 0
        ? []
        : distinct([...before.hashes, ...now.hashes]).toSorted(),
    ...(shape === undefined ? {} : { shape }),
    ...(reads.length === 0 ? {} : { reads }),
    ...accounted(before, now),
  };
}

function oneDestination(before: ApprovedDestination, now: ApprovedDestination): ApprovedDestination {
  const [reveals] = [before.reveals, now.reveals]
    .filter((part) => part !== undefined)
    .toSorted((a, b) => CardPart.options.indexOf(b) - CardPart.options.indexOf(a));
  return {
    origin: now.origin,
    cards: joined(before.cards, now.cards, ({ method, path }) => `${method} ${path}`, oneGrant),
    ...(reveals === undefined ? {} : { reveals }),
    ...accounted(before, now),
  };
}

/** The keys of both: a grant without any would be for whoever holds an account there. */
function oneGrant(before: CardGrant, now: CardGrant): CardGrant {
  const keys = joined(before.keys ?? [], now.keys ?? [], ({ part, value }) => `${part} ${value}`, later);
  return {
    ...now,
    fields: distinct([...before.fields, ...now.fields]),
    ...(keys.length === 0 ? {} : { keys }),
  };
}

type Accounted = Pick<ApprovedScript, 'owner' | 'justification'>;
const accounted = (before: Accounted, now: Accounted): Accounted => ({
  owner: before.owner ?? now.owner,
  justification: before.justification ?? now.justification,
});

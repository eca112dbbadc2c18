import type { Contents, Trait } from './types.ts';

/** What is in one and not in the other; traits with how many more there are. */
export function newsOf(before: Contents | null, after: Contents): Contents {
  if (before === null) return after;
  const hosts = new Set(before.hosts);
  const urls = new Set(before.urls);
  const counts = new Map(before.traits.map((trait) => [keyOf(trait), trait.count]));
  return {
    hosts: after.hosts.filter((host) => !hosts.has(host)),
    urls: after.urls.filter((url) => !urls.has(url)),
    traits: after.traits.flatMap((trait) => {
      const count = trait.count - (counts.get(keyOf(trait)) ?? 0);
      return count > 0 ? [{ ...trait, count }] : [];
    }),
  };
}

export const keyOf = ({ id, what }: Trait): string => (what === null ? id : `${id} ${what}`);

export const isNothing = ({ hosts, traits }: Contents): boolean => hosts.length === 0 && traits.length === 0;

import type { ApprovedDestination, Baseline, CardGrant, CardPart, WireMessage } from '@komainu/model';
import { originOf, parseUrl } from './address.ts';

/** The approved destination a message goes to, if it is one. */
export const destinationOf = (baseline: Baseline | null, origin: string): ApprovedDestination | undefined =>
  baseline?.destinations.find((destination) => destination.origin === origin);

/** The granted call that a message makes: method, origin and path; whatever stands in it. */
export function grantOf(
  baseline: Baseline | null,
  { method, url }: Pick<WireMessage, 'method' | 'url'>,
): CardGrant | undefined {
  const path = parseUrl(url)?.pathname;
  return destinationOf(baseline, originOf(url))?.cards.find(
    (card) => card.method === method && card.path === path,
  );
}

/** Is it the call into which the number itself may go? */
export const takesCard = (baseline: Baseline | null, message: Pick<WireMessage, 'method' | 'url'>): boolean =>
  grantOf(baseline, message)?.fields.includes('number') === true;

/** A destination that is sent whole numbers anyway. */
export const takesCards = (destination: ApprovedDestination | undefined): boolean =>
  destination?.cards.some(({ fields }) => fields.includes('number')) === true;

const PARTS: readonly CardPart[] = ['length', 'brand', 'first-six', 'last-four'];
/** May so much of a card be told to a destination? Each part includes those before it. */
export const mayLearn = (destination: ApprovedDestination | undefined, part: CardPart): boolean =>
  destination?.reveals !== undefined && PARTS.indexOf(part) <= PARTS.indexOf(destination.reveals);

import type { Behaviour, Card, Skimmer } from './behaviour.ts';
import { newBuyer } from './buyer.ts';
import { type Customers, namesLookedUp } from './customer.ts';
import type { LibrarySite } from './site/server.ts';

/** Enough that a skimmer of two customers in five strikes one with 99.97 %. */
const RARE = 16;
/** Some lose what they send when a quick customer leaves the page; a loss every time is a defect. */
const USUAL = 4;

/**
 * Whether a behaviour does what it says, for ordinary customers: the loot of a skimmer reached the attacker, a benign one
 * worked. The site wears it afterwards, with what arrived.
 */
export async function prove(customers: Customers, site: LibrarySite, behaviour: Behaviour): Promise<boolean> {
  site.wear(behaviour);
  if (behaviour.kind === 'skimmer' && behaviour.needs === 'names') return proveNames(site, behaviour);
  const cards: Card[] = [];
  const most = behaviour.kind === 'skimmer' && behaviour.rare ? RARE : USUAL;
  for (let customer = 0; customer < most; customer++) {
    const buyer = newBuyer();
    cards.push(buyer.card);
    await customers.buy(site, buyer, behaviour.kind === 'skimmer' ? behaviour : {});
    if (behaviour.proof(site.arrived, cards)) return true;
  }
  return false;
}

/** Names that were only looked up reach no server of ours: the customer's browser itself tells of them. */
async function proveNames(site: LibrarySite, behaviour: Skimmer): Promise<boolean> {
  const buyer = newBuyer();
  const names = await namesLookedUp(site, buyer, behaviour);
  return behaviour.proof({ ...site.arrived, names }, [buyer.card]);
}

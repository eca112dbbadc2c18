import type { Instant, RootId, Shop } from '@komainu/model';
import { isAltered, type ShopState } from '@komainu/respond';
import type { StateBody } from './schemas.ts';
import type { Services } from './services.ts';

/** The newest are told; the ledger has them all. */
const INCIDENTS = 50;

/** The whole screen: what the ledger says of every configured shop, and who is alive at this moment. */
export function stateBody(services: Services, now: Instant): StateBody {
  const { desks, journal, ledger, version } = services;
  return {
    now,
    version,
    ledger: { origin: ledger.origin, size: journal.size(), vkey: ledger.vkey },
    problem: journal.problem()?.text ?? null,
    shops: [...desks.values()].map((desk) => {
      const state = desk.state();
      const { id, name, timeZone, pages, roots, databases } = desk.shop;
      return {
        shop: { id, name, timeZone },
        // A gate nobody has touched is open since we watch it.
        gate: { ...state.gate, since: state.gate.since ?? journal.shop(id).since ?? now },
        guardians: services.supervisor
          .guardians(desk)
          .map((guardian) => ({ ...guardian, watching: [...guardian.watching] })),
        pages: pages.map((page) => pageBody(services, id, page, state)),
        roots: [
          ...roots.map((root) => rootBody(root.id, root.path, state)),
          ...databases.map((one) => rootBody(one.id, placeOf(one), state)),
        ],
        incidents: state.incidents.slice(-INCIDENTS).map((incident) => ({
          ...incident,
          causes: [...incident.causes],
          timeline: [...incident.timeline],
        })),
      };
    }),
  };
}

function pageBody({ checks }: Services, shop: Shop['id'], page: Shop['pages'][number], state: ShopState) {
  const known = state.pages.find(({ id }) => id === page.id);
  return {
    id: page.id,
    url: page.url,
    baseline: known?.baseline ?? null,
    lastCheck: known?.lastCheck ?? null,
    running: checks.running(shop, page.id),
  };
}

function rootBody(id: RootId, path: string, state: ShopState) {
  const known = state.roots.find((root) => root.id === id);
  return {
    id,
    path,
    seal: known?.seal ?? null,
    altered: known !== undefined && isAltered(known),
    lastReport: known?.lastReport ?? null,
  };
}

/** Where a database is, for people. */
const placeOf = (one: Shop['databases'][number]): string =>
  one.kind === 'sqlite' ? one.file : `${one.kind}: ${one.database}`;

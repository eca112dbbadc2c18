import { judgeSilence } from '@komainu/detect';
import {
  type Blobs,
  GuardianId,
  type Heartbeat,
  type Instant,
  instant,
  sealedRootsOf,
  type ShopId,
} from '@komainu/model';
import type { Desk } from '../act/desk.ts';
import { reasonOf } from '../error.ts';
import type { Log } from '../log.ts';
import type { Store, StoredHeartbeat } from '../store/store.ts';
import type { Checks } from './checks.ts';
import { keepJudgement } from './judging.ts';

const PROBE = GuardianId.parse('probe');

interface GuardianStatus {
  readonly id: GuardianId;
  readonly kind: 'probe' | 'guard';
  readonly state: 'watching' | 'silent' | 'unknown';
  readonly lastSeen: Instant | null;
  readonly watching: readonly string[];
}

/** Watches the watchers: a heartbeat that does not come is itself a finding. */
export interface Supervisor {
  /** `replay`: the counter did not go up. Such a message is no sign of life. */
  beat(desk: Desk, beat: Heartbeat): Promise<'accepted' | 'repeated' | 'replay'>;
  guardians(desk: Desk): readonly GuardianStatus[];
  /** Looks for missed heartbeats once. */
  look(): Promise<void>;
}

export interface SupervisorOptions {
  readonly desks: ReadonlyMap<ShopId, Desk>;
  readonly checks: Checks;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly log: Log;
  /** Missed milliseconds after which a guardian is silent. */
  readonly patience: number;
  /** The longest a check may take, in milliseconds. */
  readonly checkTime: number;
}

export async function supervise(options: SupervisorOptions): Promise<Supervisor> {
  const { desks, checks, store, blobs, log, patience, checkTime } = options;
  const startedAt = Date.now();
  const beats = new Map(
    (await store.heartbeats()).map((beat): [string, StoredHeartbeat] => [
      keyOf(beat.shop, beat.guardian),
      beat,
    ]),
  );
  /** Guardians whose change is being recorded. */
  const changing = new Set<string>();

  const stateOf = (desk: Desk, id: GuardianId) =>
    desk.state().guardians.find((guardian) => guardian.id === id);

  const change = async (
    desk: Desk,
    id: GuardianId,
    kind: 'probe' | 'guard',
    lastSeen: Instant | null,
    silent: boolean,
  ) => {
    const key = keyOf(desk.shop.id, id);
    if (changing.has(key) || stateOf(desk, id)?.state === (silent ? 'silent' : 'watching')) return;
    changing.add(key);
    const head = { shop: desk.shop.id, actor: { kind: 'server', name: 'komainu' } } as const;
    try {
      if (!silent) {
        await desk.record({ ...head, kind: 'guardian.back', data: { guardian: id, kind } });
        return;
      }
      const judgement = judgeSilence({ guardian: id, kind, lastSeen });
      const kept = await keepJudgement(blobs, desk.shop.id, { kind: 'silence', guardian: id }, judgement);
      await desk.record({ ...head, kind: 'guardian.silent', data: { guardian: id, kind, lastSeen } });
      await desk.record(kept.draft, judgement);
    } catch (error) {
      log.error(
        { guardian: id, reason: reasonOf(error) },
        'the state of a guardian could not be recorded yet',
      );
    } finally {
      changing.delete(key);
    }
  };

  const guardsOf = (desk: Desk): readonly GuardianId[] => {
    const known = desk
      .state()
      .guardians.filter(({ kind }) => kind === 'guard')
      .map(({ id }) => id);
    const heard = [...beats.values()].filter(({ shop, kind }) => shop === desk.shop.id && kind === 'guard');
    return [...new Set([...known, ...heard.map(({ guardian }) => guardian)])];
  };

  const lookAtGuards = async (desk: Desk) => {
    for (const id of guardsOf(desk)) {
      const seen = beats.get(keyOf(desk.shop.id, id))?.seenAt ?? stateOf(desk, id)?.lastSeen ?? null;
      // While this server was away no guard could reach it: patience begins anew with every start.
      const since = Math.max(startedAt, seen === null ? 0 : Date.parse(seen));
      if (Date.now() - since > patience) await change(desk, id, 'guard', seen, true);
    }
  };

  const lookAtProbe = async (desk: Desk) => {
    const { pages, id: shop } = desk.shop;
    if (pages.length === 0) return;
    const now = Date.now();
    const missed = pages.some(({ id }) => {
      const { dueAt, startedAt: begun } = checks.beat(shop, id);
      return begun === null ? now - dueAt > patience + checkTime : now - begun > checkTime + patience;
    });
    const lastSeen = lastCheckOf(desk, checks);
    if (missed) await change(desk, PROBE, 'probe', lastSeen, true);
    else if (
      stateOf(desk, PROBE)?.state === 'silent' &&
      lastSeen !== null &&
      Date.parse(lastSeen) >= startedAt
    )
      await change(desk, PROBE, 'probe', lastSeen, false);
  };

  return {
    async beat(desk, beat) {
      const key = keyOf(beat.shop, beat.guardian);
      const last = beats.get(key);
      if (last !== undefined && beat.count <= last.count) {
        // The answer to the first sending was lost: the same message again. It proves no life after the first.
        if (beat.count === last.count && beat.at === last.at) return 'repeated';
        log.warn(
          { shop: beat.shop, guardian: beat.guardian, count: beat.count, expected: last.count + 1 },
          'a heartbeat was replayed',
        );
        return 'replay';
      }
      // A guard whose watching threads hang still beats, with nothing to show for it: that is no sign of life.
      const watches = beat.watching.length > 0 || sealedRootsOf(desk.shop).length === 0;
      const fresh: StoredHeartbeat = {
        ...beat,
        seenAt: watches || last === undefined ? instant() : last.seenAt,
      };
      beats.set(key, fresh);
      await store
        .putHeartbeat(fresh)
        .catch((error: unknown) => log.error({ reason: reasonOf(error) }, 'a heartbeat could not be stored'));
      const known = stateOf(desk, beat.guardian);
      // The first sign of life is recorded too: from then on the ledger knows whom to miss.
      if (watches && (known === undefined || known.state === 'silent')) await comeBack(desk, fresh);
      return 'accepted';
    },
    guardians(desk) {
      const guards = guardsOf(desk).map((id): GuardianStatus => {
        const beat = beats.get(keyOf(desk.shop.id, id));
        const known = stateOf(desk, id);
        return {
          id,
          kind: 'guard',
          state: known?.state ?? 'unknown',
          lastSeen: beat?.seenAt ?? known?.lastSeen ?? null,
          watching: beat?.watching ?? [],
        };
      });
      const probe: GuardianStatus = {
        id: PROBE,
        kind: 'probe',
        state: stateOf(desk, PROBE)?.state ?? (desk.shop.pages.length === 0 ? 'unknown' : 'watching'),
        lastSeen: lastCheckOf(desk, checks),
        watching: desk.shop.pages.map(({ id }) => id),
      };
      return [probe, ...guards];
    },
    async look() {
      for (const desk of desks.values()) {
        await lookAtGuards(desk);
        await lookAtProbe(desk);
      }
    },
  };

  async function comeBack(desk: Desk, { guardian, kind, seenAt }: StoredHeartbeat) {
    await change(desk, guardian, kind, seenAt, false);
  }
}

const keyOf = (shop: ShopId, guardian: GuardianId): string => `${shop}/${guardian}`;

/** By this process if it made one, else by the ledger. */
function lastCheckOf(desk: Desk, checks: Checks): Instant | null {
  const times = desk.shop.pages.flatMap(({ id }) => {
    const { endedAt } = checks.beat(desk.shop.id, id);
    const recorded = desk.state().pages.find((page) => page.id === id)?.lastCheck?.at;
    return [...(endedAt === null ? [] : [instant(endedAt)]), ...(recorded === undefined ? [] : [recorded])];
  });
  return times.toSorted().at(-1) ?? null;
}

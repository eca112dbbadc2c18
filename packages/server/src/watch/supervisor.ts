import { type FalseHeartbeat, judgeHeartbeat, judgeSilence } from '@komainu/detect';
import {
  type Blobs,
  GuardianId,
  type GuardKey,
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
import { signedAs } from './heartbeat-key.ts';
import { keepJudgement } from './judging.ts';

const PROBE = GuardianId.parse('probe');
const REFUSED_AGAIN_MS = 600_000;
const MAX_REFUSED = 1_000;

interface GuardianStatus {
  readonly id: GuardianId;
  readonly kind: 'probe' | 'guard';
  readonly state: 'watching' | 'silent' | 'unknown';
  readonly lastSeen: Instant | null;
  readonly watching: readonly string[];
}

/** Watches the watchers: a heartbeat that does not come is itself a finding. */
export interface Supervisor {
  /** `replay`: the counter did not go up; `forged`: not by the guard's key. Such a message is no sign of life. */
  beat(desk: Desk, beat: Heartbeat): Promise<'accepted' | 'repeated' | 'replay' | 'forged'>;
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
  /** What was refused, and when it was last told. */
  const refused = new Map<string, number>();
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
      const expected = keyFor(desk, beat.guardian);
      const signed = signedAs(beat, expected);
      // A guard of a former version signs nothing; once a key is enrolled, that is over.
      if (signed === 'forged' || (signed === 'unsigned' && expected !== null)) {
        await refuse(desk, beat.guardian, signed);
        return 'forged';
      }
      const last = beats.get(key);
      if (last !== undefined && beat.count <= last.count) {
        // The answer to the first sending was lost: the same message again. It proves no life after the first.
        if (beat.count === last.count && beat.at === last.at) return 'repeated';
        log.warn(
          { shop: beat.shop, guardian: beat.guardian, count: beat.count, expected: last.count + 1 },
          'a heartbeat was replayed',
        );
        await refuse(desk, beat.guardian, 'replayed');
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
      if (signed === 'signed' && beat.key !== undefined) await enrol(desk, beat.guardian, beat.key);
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

  /** Told once in a while: whoever can send one can send thousands. */
  async function refuse(desk: Desk, guardian: GuardianId, why: FalseHeartbeat['why']) {
    const what = `${keyOf(desk.shop.id, guardian)} ${why}`;
    if (Date.now() - (refused.get(what) ?? -Infinity) < REFUSED_AGAIN_MS) return;
    if (refused.size >= MAX_REFUSED) refused.clear();
    refused.set(what, Date.now());
    const judgement = judgeHeartbeat({ guardian, why });
    try {
      const kept = await keepJudgement(blobs, desk.shop.id, { kind: 'silence', guardian }, judgement);
      await desk.record(kept.draft, judgement);
    } catch (error) {
      refused.delete(what);
      log.error({ guardian, reason: reasonOf(error) }, 'a refused heartbeat could not be recorded');
    }
  }

  async function enrol(desk: Desk, guardian: GuardianId, key: GuardKey) {
    await desk
      .recordFrom((state) => {
        const known = state.guardKeys.find(({ id }) => id === guardian);
        const by = configured(desk, guardian) === null ? 'first-contact' : 'configuration';
        const data = { guardian, key, by } as const;
        const actor = { kind: 'guard', name: guardian } as const;
        const draft = { kind: 'guardian.enrolled', shop: desk.shop.id, actor, data } as const;
        return { drafts: known?.key === key ? [] : [draft], value: null };
      })
      .catch((error: unknown) =>
        log.error({ guardian, reason: reasonOf(error) }, 'the key of a guard could not be recorded yet'),
      );
  }

  async function comeBack(desk: Desk, { guardian, kind, seenAt }: StoredHeartbeat) {
    await change(desk, guardian, kind, seenAt, false);
  }
}

/** The operator's word, in the server's own configuration: no token changes it. */
const configured = (desk: Desk, guardian: GuardianId): GuardKey | null =>
  desk.shop.guards?.find(({ id }) => id === guardian)?.key ?? null;

/** The key whose heartbeats count; null while none is enrolled. */
const keyFor = (desk: Desk, guardian: GuardianId): GuardKey | null =>
  configured(desk, guardian) ?? desk.state().guardKeys.find(({ id }) => id === guardian)?.key ?? null;

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

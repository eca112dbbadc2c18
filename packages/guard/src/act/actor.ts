import {
  type Blobs,
  type FilePath,
  type FileState,
  type GuardAct,
  type GuardActs,
  instant,
  type LocalHalt,
  newId,
  type RootId,
} from '@komainu/model';
import { digestOfState } from '../disk/difference.ts';
import { compilePolicies } from '../disk/policy.ts';
import type { Say } from '../runner/events.ts';
import { isActs, type Spool, type SpoolItem } from '../runner/spool.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { changeNow } from './change-now.ts';
import { type Hands, makeHands } from './hands.ts';
import { haltLocally } from './local-halt.ts';
import { type IsMisplaced, makePlanner, type Planner } from './plan.ts';
import { openStanding, type Standing } from './standing.ts';

/** Acts on what was reported, for one root: alone, and the same with the server there. */
export interface Actor {
  /** This release counts from now on. `former`: the one before, whose files may still stand there. */
  adopt(seal: OpenSeal, former: OpenSeal | null): Promise<void>;
  /**
   * Acts on a report that is in the spool. Resolves when what came of it is in the spool too; until then the report
   * must stay there: a guard that is killed in between finds it at its next start and acts `again`.
   */
  about(item: SpoolItem, again: boolean): Promise<void>;
  /** Everything is as sealed. */
  settled(): Promise<void>;
  /** Has a person said that it may act again? Then what differs still is put right. */
  look(different: Iterable<FilePath>): Promise<void>;
}

export interface ActorOptions {
  readonly place: { readonly root: RootId; readonly dir: string };
  readonly reporter: Pick<GuardActs, 'guard' | 'shop'>;
  readonly data: string;
  /** The seal's store. */
  readonly blobs: Blobs;
  readonly spool: Spool;
  readonly say: Say;
  readonly localHalt: LocalHalt | undefined;
  readonly isMisplaced: IsMisplaced;
  /** The release in force at this moment; adopts a new one first. */
  readonly inForce: () => Promise<OpenSeal>;
  /** What was done is in the spool. */
  readonly onActs: (item: SpoolItem, acts: GuardActs) => void;
}

/** A halt that held is not ordered anew by every further change. */
const HALTED_FOR_MS = 60_000;
const AT_ONCE = 100;
/** A deploy whose release comes after its files: what the guard put back in between was no former release still waiting. */
const DEPLOY_MS = 600_000;

interface Reign {
  readonly seal: OpenSeal;
  readonly standing: Standing;
  readonly hands: Hands;
  plan: Planner;
  isDeployed: boolean;
}

export function makeActor(options: ActorOptions): Actor {
  const { place, spool, blobs, say, localHalt, isMisplaced } = options;
  let reign: Reign | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  let halting: Promise<GuardAct> | null = null;
  let haltedAt = -Infinity;
  /** What was put back, and when. */
  const putBack = new Map<FilePath, number>();

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  };

  async function tell(seal: OpenSeal, about: GuardActs['about'], acts: readonly GuardAct[]): Promise<void> {
    if (acts.length === 0) return;
    for (const act of acts) {
      sayAct(say, place.root, act);
      if (act.kind === 'restored') putBack.set(act.path, performance.now());
    }
    const { guard, shop } = options.reporter;
    const told: GuardActs = {
      id: newId('report'),
      guard,
      shop,
      root: place.root,
      seal: seal.ref,
      at: instant(),
      about,
      acts,
    };
    options.onActs(await spool.add(told), told);
  }

  /** Not in turn with the rest: a program that hangs must not keep files from being put back. */
  async function halt(): Promise<GuardAct[]> {
    if (!localHalt || halting || performance.now() - haltedAt < HALTED_FOR_MS) return [];
    halting = haltLocally(localHalt);
    const act = await halting.finally(() => {
      halting = null;
    });
    if (act.kind === 'halted') haltedAt = performance.now();
    return [act];
  }

  return {
    async adopt(seal, former) {
      const standing = await openStanding(options.data, place.root, seal.ref);
      for (const [path, at] of putBack) if (at < performance.now() - DEPLOY_MS) putBack.delete(path);
      const ours = new Set(putBack.keys());
      const waiting =
        former &&
        ((path: FilePath, state: FileState | null) =>
          !ours.has(path) && digestOfState(state) === digestOfState(former.entries.get(path) ?? null));
      const next: Reign = {
        seal,
        standing,
        hands: await makeHands({ seal, dir: place.dir, blobs, standing, mayMove: () => !next.isDeployed }),
        plan: makePlanner(seal.seal, seal.entries, waiting, isMisplaced),
        isDeployed: former === null,
      };
      reign = next;
    },
    async about(item, again) {
      const { report } = item;
      const now = reign;
      if (now === null || isActs(report) || report.seal !== now.seal.ref) return;
      const bytesOf = async ({ bodyAfter }: { bodyAfter: Parameters<Spool['body']>[1] | null }) =>
        bodyAfter === null ? null : spool.body(item, bodyAfter);
      const { steps, halt: wanted } = await now.plan(report.changes, bytesOf);
      const [put, halted] = await Promise.all([
        inTurn(async () => {
          // A release put in force meanwhile decides anew what differs, and its own watch tells it.
          if (steps.length === 0 || (await options.inForce()).ref !== report.seal) return [];
          return now.hands.put(steps, { again, told: false });
        }),
        wanted === null ? [] : halt(),
      ]);
      await tell(now.seal, report.id, [...halted, ...put]);
    },
    async settled() {
      const now = reign;
      // Once only: an old message must not make a place the root was moved to since the one where it belongs.
      if (now === null || now.isDeployed) return;
      now.isDeployed = true;
      now.plan = makePlanner(now.seal.seal, now.seal.entries, null, isMisplaced);
      await now.hands.settled();
    },
    async look(different) {
      const now = reign;
      const by = await now?.standing.called();
      if (!now || !by) return;
      await tell(now.seal, null, [{ kind: 'stands-again', by }]);
      const policies = compilePolicies(now.seal.seal.policies);
      const paths = [...different];
      for (let at = 0; at < paths.length; at += AT_ONCE) {
        const found = paths
          .slice(at, at + AT_ONCE)
          .flatMap((path) => changeNow(place.dir, path, policies.of(path), now.seal.entries) ?? []);
        const bytes = new Map(found.map(({ change, bytes: own }) => [change, own]));
        const { steps } = await now.plan([...bytes.keys()], async (change) => bytes.get(change) ?? null);
        await tell(
          now.seal,
          null,
          await inTurn(async () => now.hands.put(steps, { again: false, told: true })),
        );
      }
    },
  };
}

function sayAct(say: Say, root: RootId, act: GuardAct): void {
  switch (act.kind) {
    case 'restored':
    case 'quarantined':
      return say('warn', 'acted', `${act.kind} ${act.path}`, root);
    case 'halted':
      return say('warn', 'acted', `card payments halted by ${act.by}`, root);
    case 'failed':
      return say('error', 'acted', `${act.act} failed: ${act.reason.en}`, root);
    case 'stood-down':
      return say(
        'error',
        'stood-down',
        `${act.looksLike}: ${act.path ?? 'the root'}: ${act.reason.en}`,
        root,
      );
    case 'stands-again':
      return say('warn', 'acted', `${act.by} says that the guard may act again`, root);
  }
}

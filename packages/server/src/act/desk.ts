import { instant, type Judgement, type Shop } from '@komainu/model';
import {
  applyEntry,
  type EntryDraft,
  pending,
  type Recorded,
  recover,
  type ShopState,
  stamp,
} from '@komainu/respond';
import { reasonOf } from '../error.ts';
import type { Journal } from '../journal/journal.ts';
import type { Log } from '../log.ts';

/** The one place where entries of a shop are recorded: one after the other, each with what follows from it. */
export interface Desk {
  readonly shop: Shop;
  readonly state: () => ShopState;
  /**
   * Resolves when the entry is durable and folded; what follows from it is recorded right after, before any other
   * entry of this shop. @throws ServerError `storage`
   */
  record(draft: EntryDraft, judgement?: Judgement): Promise<Recorded>;
  /** Entries that belong together, in this order and in one commit of the ledger. */
  recordAll(lines: readonly Line[]): Promise<void>;
  /** Drafts made of the state as it is when their turn comes, so that two people cannot order the same thing twice. */
  recordFrom<T>(make: (state: ShopState) => Drafted<T>): Promise<T>;
  /** Records what was owed when the former server ended. */
  recover(): Promise<void>;
  /** Records what could not be recorded when it was decided. */
  settle(): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export interface Line {
  readonly draft: EntryDraft;
  readonly judgement?: Judgement | undefined;
}

interface Drafted<T> {
  readonly drafts: readonly EntryDraft[];
  readonly value: T;
}

/** More entries than this never follow from one: a decision that feeds itself must not fill the disk. */
const MAX_FOLLOWING = 16;

export function openDesk(shop: Shop, journal: Journal, log: Log): Desk {
  let tail: Promise<unknown> = Promise.resolve();
  const state = (): ShopState => journal.shop(shop.id).state;

  /** Shops do not wait for each other, but one shop's entries and decisions come strictly in turn. */
  const turn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  };

  /** All that follows, looked ahead: an incident and its halt go into one commit of the ledger, not two. */
  const ahead = (owed: typeof pending): readonly EntryDraft[] => {
    const drafts: EntryDraft[] = [];
    let [draft] = owed(state(), shop);
    for (
      let view = state();
      draft !== undefined && drafts.length < MAX_FOLLOWING;
      [draft] = pending(view, shop)
    ) {
      drafts.push(draft);
      view = applyEntry(view, { index: view.applied + 1, entry: stamp(draft, instant()) });
    }
    return drafts;
  };
  const follow = async (owed: typeof pending = pending) => {
    try {
      let count = 0;
      for (let drafts = ahead(owed); drafts.length > 0 && count < MAX_FOLLOWING; drafts = ahead(pending)) {
        await Promise.all(drafts.map((draft) => journal.append(draft)));
        count += drafts.length;
      }
    } catch (error) {
      // Owed until it is recorded: `settle` comes back to it.
      log.error({ shop: shop.id, reason: reasonOf(error) }, 'a decision could not be recorded yet');
    }
  };

  /** Answers when the entries are in the ledger; what follows from them comes before the next turn. */
  const acknowledged = <T>(append: () => Promise<T>): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    void turn(async () => {
      try {
        resolve(await append());
      } catch (error) {
        reject(error);
      }
      await follow();
    });
    return promise;
  };

  return {
    shop,
    state,
    record: (draft, judgement) => acknowledged(() => journal.append(draft, judgement)),
    recordAll: (lines) =>
      acknowledged(async () => {
        await Promise.all(lines.map(({ draft, judgement }) => journal.append(draft, judgement)));
      }),
    recordFrom: (make) =>
      turn(async () => {
        const { drafts, value } = make(state());
        for (const draft of drafts) await journal.append(draft);
        await follow();
        return value;
      }),
    recover: () => turn(() => follow(recover)),
    settle: () => turn(() => follow()),
    idle: async () => {
      await tail;
    },
  };
}

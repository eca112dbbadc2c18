import type {
  BlobRef,
  FileChange,
  FilePath,
  FileState,
  FileWriter,
  Instant,
  PathPolicy,
} from '@komainu/model';

/** A change as the disk showed it; bodies go to the blob store later. */
export interface Found {
  readonly kind: FileChange['kind'];
  readonly path: FilePath;
  readonly from: FilePath | null;
  readonly policy: PathPolicy;
  readonly before: FileState | null;
  readonly after: FileState | null;
  readonly noticedAt: Instant;
  readonly who?: FileWriter;
  /** The bytes of `after.hash`, where they were few enough to keep. */
  readonly bytes: Uint8Array | null;
}

/** Something that could not be read, or was lost. */
export interface Gap {
  readonly path: FilePath | null;
  readonly detail: string;
}

/** What of a state is compared. */
export type Compared = Pick<FileState, 'type' | 'hash' | 'mode' | 'uid' | 'gid' | 'device'>;

const sameOwner = (a: Compared, b: Compared) => a.uid === b.uid && a.gid === b.gid;
// A link's own mode is always 0777 and means nothing.
const sameRights = (a: Compared, b: Compared) => sameOwner(a, b) && (a.type === 'link' || a.mode === b.mode);
const sameContent = (a: Compared, b: Compared) =>
  a.type === b.type && a.hash === b.hash && a.device === b.device;

/**
 * What the difference between the sealed state and the disk is called, or null where the policy does not mind.
 *
 * Times alone are no difference: a deploy or a backup changes them. A change of type counts as `changed`.
 */
export function differs(
  policy: PathPolicy,
  before: Compared | null,
  after: Compared | null,
): 'added' | 'changed' | 'removed' | 'metadata' | null {
  switch (policy) {
    case 'ignored':
    case 'visitor':
      return null;
    case 'churn':
      return before && after && (before.type !== after.type || !sameOwner(before, after)) ? 'metadata' : null;
    case 'no-exec':
      if (after === null) return null;
      if (before === null) return after.type === 'directory' ? null : 'added';
      break;
    case 'sealed':
      if (before === null) return after === null ? null : 'added';
      if (after === null) return 'removed';
      break;
  }
  if (!sameContent(before, after)) return 'changed';
  return sameRights(before, after) ? null : 'metadata';
}

/** Names a state for the purpose of not reporting it twice; null stands for "gone". Times do not count. */
export const digestOfState = (state: FileState | null): string =>
  state === null
    ? 'gone'
    : `${state.type}.${state.hash ?? state.device ?? state.size}.${state.mode}.${state.uid}.${state.gid}`;

/** The paths a change speaks of, each with the digest of the state it reports; null where nothing differs any more. */
export const digestsOf = (
  change: Pick<FileChange, 'kind' | 'path' | 'from' | 'before' | 'after'>,
): readonly (readonly [FilePath, string | null])[] => {
  // An upload that came after the seal and went.
  const isOver = change.kind === 'removed' && change.before === null;
  const own = [change.path, isOver ? null : digestOfState(change.after)] as const;
  return change.from === null ? [own] : [own, [change.from, digestOfState(null)]];
};

/** Pairs a removed file with an added one of the same bytes under the same policy; order is otherwise kept. */
export function pairRenames(found: readonly Found[]): readonly Found[] {
  const removed = new Map<string, Found[]>();
  const key = (hash: BlobRef, policy: PathPolicy) => `${policy} ${hash}`;
  // Empty files are all alike: pairing them would be a guess.
  for (const change of found)
    if (
      change.kind === 'removed' &&
      change.before?.type === 'file' &&
      change.before.hash &&
      change.before.size > 0
    ) {
      const name = key(change.before.hash, change.policy);
      removed.set(name, [...(removed.get(name) ?? []), change]);
    }
  if (removed.size === 0) return found;
  const paired = new Set<Found>();
  const renamed = found.map((change): Found => {
    if (change.kind !== 'added' || change.after?.type !== 'file' || !change.after.hash) return change;
    const source = removed.get(key(change.after.hash, change.policy))?.shift();
    if (!source) return change;
    paired.add(source);
    return { ...change, kind: 'renamed', from: source.path, before: source.before };
  });
  return renamed.filter((change) => !paired.has(change));
}

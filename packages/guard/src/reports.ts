import {
  type BlobRef,
  type Blobs,
  type FileChange,
  type FileState,
  type GuardianId,
  type GuardReport,
  instant,
  isDatabaseValue,
  newId,
  type RootId,
  type ShopId,
} from '@komainu/model';
import type { Found, Gap } from './disk/difference.ts';
import { sayError } from './error.ts';
import { each } from './scan/survey.ts';

/** Whose report it is. */
export interface Reporter {
  readonly guard: GuardianId;
  readonly shop: ShopId;
  readonly root: RootId;
  readonly seal: BlobRef;
}

/** A report holds at most so many changes, and so many gaps; more become more reports, or one gap that counts them. */
const MAX_CHANGES = 200;
const MAX_GAPS = 50;
/** Of a report, in characters of JSON, roughly. */
const MAX_SIZE = 1 << 20;
const PUTS = 8;

/**
 * Makes reports of what was found: bodies into the blob store first, then the reports, so that none speaks of bytes
 * that are not stored. Bytes that cannot be stored never hold an alarm back; they become a gap.
 * At least one report, with no changes when there is nothing to tell: "looked at, as sealed".
 */
export async function makeReports(
  reporter: Reporter,
  found: readonly Found[],
  gaps: readonly Gap[],
  blobs: Blobs,
): Promise<readonly GuardReport[]> {
  const lost: Gap[] = [];
  const changes = new Map<Found, FileChange>();
  await each(found, PUTS, async (one) => {
    changes.set(one, await keepBodies(one, blobs, lost));
  });
  const ordered = found.flatMap((one) => changes.get(one) ?? []);
  const told = fewGaps([...gaps, ...lost]);
  return split(ordered).map((part, at) => ({
    id: newId('report'),
    ...reporter,
    at: instant(),
    changes: part,
    gaps: at === 0 ? told : [],
  }));
}

/** A report of something that concerns the guard itself. */
export const gapReport = (reporter: Reporter, detail: string): GuardReport => ({
  id: newId('report'),
  ...reporter,
  at: instant(),
  changes: [],
  gaps: [{ path: null, detail }],
});

function split(changes: readonly FileChange[]): readonly (readonly FileChange[])[] {
  const parts: FileChange[][] = [[]];
  let size = 0;
  for (const change of changes) {
    // Names and link targets are the attacker's to choose: long ones must not make a report too big to be taken.
    const own =
      1_500 +
      change.path.length +
      (change.from?.length ?? 0) +
      linkSize(change.before) +
      linkSize(change.after);
    const last = parts.at(-1) ?? [];
    if (last.length === MAX_CHANGES || (last.length > 0 && size + own > MAX_SIZE)) {
      parts.push([change]);
      size = own;
    } else {
      last.push(change);
      size += own;
    }
  }
  return parts;
}

const linkSize = (state: FileState | null): number => state?.link?.length ?? 0;

const fewGaps = (gaps: readonly Gap[]): readonly Gap[] =>
  gaps.length <= MAX_GAPS
    ? gaps
    : [
        ...gaps.slice(0, MAX_GAPS - 1),
        { path: null, detail: `and ${gaps.length - MAX_GAPS + 1} more such paths` },
      ];

/** The bytes that are kept: a link's target and a directory have none. */
const bytesOf = (state: FileState | null): BlobRef | null =>
  state !== null && (state.type === 'file' || isDatabaseValue(state)) ? state.hash : null;

async function keepBodies({ bytes, ...found }: Found, blobs: Blobs, lost: Gap[]): Promise<FileChange> {
  const sealed = bytesOf(found.before);
  try {
    const bodyBefore = sealed !== null && (await blobs.has(sealed)) ? sealed : null;
    const hash = bytesOf(found.after);
    // Unchanged bytes (chmod, rename) are stored already.
    const bodyAfter = bytes ? await blobs.put(bytes) : hash !== null && hash === bodyBefore ? hash : null;
    return { ...found, bodyBefore, bodyAfter };
  } catch (error) {
    lost.push({ path: found.path, detail: `its bytes could not be kept: ${sayError(error)}` });
    return { ...found, bodyBefore: null, bodyAfter: null };
  }
}

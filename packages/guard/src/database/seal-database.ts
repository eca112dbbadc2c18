import type { KeyObject } from 'node:crypto';
import type {
  BlobRef,
  Blobs,
  DatabasePlan,
  FilePath,
  FileState,
  Instant,
  RootId,
  Seal,
  ShopId,
  Text,
} from '@komainu/model';
import type { Gap } from '../disk/difference.ts';
import { compilePolicies } from '../disk/policy.ts';
import { sayError } from '../error.ts';
import type { SealSigner } from '../seal/formats/key.ts';
import { makeRelease, previousSeal } from '../seal/make-release.ts';
import { entriesText, manifestOf, sortedByBytes } from '../seal/manifest.ts';
import { mtreeOf } from '../seal/mtree.ts';
import type { SealRefused } from '../seal/open-seal.ts';
import { refusePlan } from './columns.ts';
import type { OpenDatabase } from './connection.ts';
import { LostDatabase, readContent } from './read-values.ts';
import { planBytes } from './sealed-plan.ts';
import { PLAN_PATH, stateOfCell } from './values.ts';

export interface SealDatabaseOptions {
  readonly root: RootId;
  readonly plan: DatabasePlan;
  readonly open: OpenDatabase;
  readonly shop: ShopId;
  readonly by: string;
  /** Gets the sealed values, so that what was there can be told and put back. */
  readonly blobs: Blobs;
  readonly signer: SealSigner;
  readonly publicKey: KeyObject | string;
  readonly out: string;
  /** When the seal is to be told as outdated. Default: never. */
  readonly expires?: Instant;
  /** The highest release ever noted: `out` must not hold a lower one. */
  readonly atLeast?: number;
}

export type SealDatabaseResult =
  | {
      readonly kind: 'sealed';
      readonly seal: Seal;
      readonly ref: BlobRef;
      /** What the account could do beyond reading. */
      readonly weaknesses: readonly Text[];
    }
  | { readonly kind: 'unreadable'; readonly gaps: readonly Gap[] }
  /** The plan asks for a column that may hold card data. */
  | { readonly kind: 'card-column'; readonly message: Text }
  | SealRefused;

/**
 * Seals what the database holds now, as the release after the one in `out`: a seal like a directory's, whose paths are
 * `table/key/column`.
 * @throws what the driver says when there is no connection; errors of the blob store and of writing `out`
 */
export async function sealDatabase(options: SealDatabaseOptions): Promise<SealDatabaseResult> {
  const { plan, blobs } = options;
  const refused = refusePlan(plan);
  if (refused !== null) return { kind: 'card-column', message: refused };
  const previous = await previousSeal(options);
  if (previous.kind === 'refused') return previous;

  const bytes = planBytes(plan);
  await blobs.put(bytes);
  const states = new Map<FilePath, FileState>([[PLAN_PATH, stateOfCell({ type: 'text', bytes })]]);
  const gaps: Gap[] = [];
  const db = await options.open();
  let weaknesses: readonly Text[] = [];
  try {
    weaknesses = await db.weaknesses(plan.tables.map(({ table }) => table));
    await readContent(db, plan, {
      async value(value) {
        states.set(value.path, value.state);
        await blobs.put(value.bytes);
      },
      gap: (gap) => gaps.push(gap),
    });
  } catch (error) {
    if (!(error instanceof LostDatabase)) throw error;
    gaps.push({ path: null, detail: sayError(error) });
  } finally {
    await db.close();
  }
  if (gaps.length > 0) return { kind: 'unreadable', gaps };

  const entries = sortedByBytes(states);
  const made = await makeRelease(options, previous, {
    policies: plan.policies,
    files: entries.length,
    bytes: entries.reduce((sum, [, state]) => sum + state.size, 0),
    expires: options.expires ?? null,
    // No files: what is sealed are the lines of DBMANIFEST, in the same form.
    MANIFEST: Buffer.of(),
    'MANIFEST.mtree': mtreeOf([], compilePolicies([])),
    ENTRIES: entriesText(entries),
    DBMANIFEST: manifestOf(entries),
  });
  return { kind: 'sealed', ...made, weaknesses };
}

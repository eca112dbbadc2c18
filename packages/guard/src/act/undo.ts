import type { Blobs, GuardAct } from '@komainu/model';
import { refOf, type OpenSeal } from '../seal/open-seal.ts';
import { quarantineFile } from '../restore/quarantine.ts';
import { restoreFile } from '../restore/restore-file.ts';
import type { Step } from './plan.ts';

/** More than this is not read into memory to be kept before it is replaced; such a file stays, and that is told. */
const MAX_KEPT = 16 << 20;

/**
 * Puts one path as the seal has it. Null where nothing was to be done: it was so already. `again`: a former run of the
 * guard may have done it and not have told, so that what is as sealed now is told as done.
 */
export async function undo(
  { act, path, change }: Step,
  { seal, dir, blobs, again }: { seal: OpenSeal; dir: string; blobs: Blobs; again: boolean },
): Promise<GuardAct | null> {
  // What stood there when it was reported is in the spool with the report; only what came since must be kept here.
  const spooled = change.bodyAfter;
  const keeping: Blobs = {
    get: async (ref) => blobs.get(ref),
    has: async (ref) => blobs.has(ref),
    put: async (bytes) => (refOf(bytes) === spooled ? spooled : blobs.put(bytes)),
  };
  if (act === 'restore') {
    const result = await restoreFile({ seal, dir, path, blobs: keeping, maxKept: MAX_KEPT });
    if (result.kind === 'refused') return { kind: 'failed', act, path, reason: result.message };
    if (result.kind === 'restored') {
      const { to, replaced, was } = result;
      return { kind: 'restored', path, to, replaced, was };
    }
    if (!again) return null;
    const to = seal.entries.get(path)?.hash ?? null;
    return { kind: 'restored', path, to, replaced: spooled, was: change.after };
  }
  const quarantine = async () => quarantineFile({ dir, path, blobs: keeping, maxKept: MAX_KEPT });
  let result = await quarantine();
  // Refused when it changed while it was being kept.
  for (let retry = 0; retry < 2 && result.kind === 'refused'; retry++) result = await quarantine();
  if (result.kind === 'quarantined') {
    const { body, was } = result;
    return { kind: 'quarantined', path, body, was };
  }
  if (result.kind === 'gone')
    return again ? { kind: 'quarantined', path, body: spooled, was: change.after } : null;
  return { kind: 'failed', act, path, reason: result.message };
}

import { type Blobs, canonicalBytes, DatabasePlan } from '@komainu/model';
import { GuardError } from '../error.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { PLAN_PATH } from './values.ts';

export const planBytes = (plan: DatabasePlan): Buffer => Buffer.from(canonicalBytes(plan));

/**
 * What is watched is what was sealed, not what the configuration on the host says today.
 * @throws GuardError `config` when the seal is none of a database, or its plan is not in the store
 */
export async function sealedPlan(seal: OpenSeal, blobs: Blobs): Promise<DatabasePlan> {
  const ref = seal.entries.get(PLAN_PATH)?.hash;
  if (!ref) throw new GuardError('config', `"${seal.seal.root}" was not sealed as a database; seal it again`);
  try {
    return DatabasePlan.parse(JSON.parse(Buffer.from(await blobs.get(ref)).toString()));
  } catch (error) {
    throw new GuardError('config', `"${seal.seal.root}": its sealed plan ${ref} cannot be read`, {
      cause: error,
    });
  }
}

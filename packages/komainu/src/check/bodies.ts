import type { Code, Suspect } from '@komainu/detect';
import { openAnalyst } from '@komainu/detect/analyst';
import type { BlobRef, Blobs } from '@komainu/model';

export type Bodies = (ref: BlobRef) => Uint8Array | undefined;

/** Loads bodies ahead of what is pure. A missing or damaged one stays missing: the detectors say so. */
export async function load(blobs: Blobs, refs: Iterable<BlobRef>): Promise<Bodies> {
  const bodies = new Map<BlobRef, Uint8Array>();
  for (const ref of new Set(refs)) {
    const bytes = await blobs.get(ref).catch(() => undefined);
    if (bytes) bodies.set(ref, bytes);
  }
  return (ref) => bodies.get(ref);
}

/** Understands scripts that are not as approved, ahead of what is pure. */
export async function understand(suspects: readonly Suspect[], bodies: Bodies): Promise<Code> {
  const analyst = openAnalyst();
  try {
    return await analyst.understand(suspects, bodies);
  } finally {
    await analyst.close();
  }
}

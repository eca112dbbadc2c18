import { proveHalt } from '@komainu/detect';
import {
  type BlobRef,
  type Blobs,
  canonicalBytes,
  type Failure,
  newId,
  type PageId,
  type Recording,
  type Text,
  text,
} from '@komainu/model';
import type { HaltProof } from '@komainu/respond';
import type { Post } from '../watch/checks.ts';
import type { Prober } from '../watch/prober.ts';

interface PageProof {
  readonly page: PageId;
  readonly recording: BlobRef;
  readonly proved: boolean;
  readonly reason: Text;
  readonly failure: Failure | undefined;
}

/**
 * Proves a halt by visits to every payment page of the shop, all at once: one page where a card can still be typed
 * is enough to fail. The proof is the page's recording; for several pages, a list of their recordings.
 */
export function prover(posts: readonly Post[], prober: Prober, blobs: Blobs) {
  return async (signal: AbortSignal): Promise<HaltProof> => {
    const proofs = await Promise.all(posts.map((post) => provePage(post, prober, signal)));
    const [first, ...others] = proofs;
    const proof =
      first !== undefined && others.length === 0
        ? first.recording
        : await blobs.put(canonicalBytes({ version: 1, pages: proofs }));
    if (first === undefined) return { proved: false, reason: NO_PAGE, proof };
    const { proved, reason, failure } = proofs.find((one) => !one.proved) ?? first;
    return { proved, reason, proof, failure: proved ? undefined : failure };
  };
}

async function provePage(
  { desk, page, journey }: Post,
  prober: Prober,
  signal: AbortSignal,
): Promise<PageProof> {
  const check = newId('check');
  const { id: shop, privateNetwork, identify } = desk.shop;
  const order = { shop, page, journey, check, privateNetwork, identify, signal } as const;
  const { recording, ref } = await prober.prove(order);
  const { proved, reason } = proveHalt({ recording, page });
  return {
    page: page.id,
    recording: ref,
    proved,
    reason,
    failure: proved ? undefined : why(recording, reason),
  };
}

/** What stopped the visit, said as the reason why nothing is proved. */
const why = ({ failure }: Recording, reason: Text): Failure => ({
  ...(failure ?? { code: 'step-failed' }),
  message: reason,
});

const NO_PAGE = text(
  'No payment page is configured, so no visit can prove that card payments are off. Check by hand, and add the payment page to the configuration.',
  '決済ページが設定されていないため、カード決済が止まったことを確認できません。手作業で確認し、設定に決済ページを追加してください。',
);

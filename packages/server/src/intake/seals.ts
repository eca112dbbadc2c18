import { verify } from 'node:crypto';
import { type BlobRef, type Blobs, canonicalJson, Seal, sealedRootsOf } from '@komainu/model';
import type { Desk } from '../act/desk.ts';
import { ApiError } from '../http/api-error.ts';
import { parseJson } from '../journal/line.ts';

export interface SealUpload {
  readonly root: string;
  /** RELEASE as it is on disk. */
  readonly release: string;
  /** RELEASE.sig, base64. */
  readonly signature: string;
  readonly manifest: BlobRef;
  readonly entries: BlobRef;
}

/**
 * Records a new seal. Its files must be in the blob store, and it must follow the seal before it. When the server was given the sealing key, the signature must be its own.
 */
export async function takeSeal(
  desk: Desk,
  blobs: Blobs,
  sealKeys: readonly string[],
  upload: SealUpload,
): Promise<{ readonly seal: BlobRef; readonly release: number }> {
  const bytes = new TextEncoder().encode(upload.release);
  const seal = readSeal(desk, bytes, upload);
  const signature = Buffer.from(upload.signature, 'base64');
  const signed = (key: string) => verify(null, bytes, key, signature);
  if (signature.length !== 64 || (sealKeys.length > 0 && !sealKeys.some(signed)))
    throw refused(
      'bad-signature',
      'RELEASE.sig is not a signature over RELEASE by a sealing key this server trusts.',
      'RELEASE.sig は、このサーバーが信頼する封印の鍵による RELEASE の署名ではありません。',
    );
  for (const ref of [seal.manifest, seal.entries])
    if (!(await blobs.has(ref)))
      throw refused(
        'bad-request',
        `Send ${ref} first: the seal names it.`,
        `封印が参照する ${ref} を先に送ってください。`,
      );
  await blobs.put(signature);
  const ref = await blobs.put(bytes);
  const actor = { kind: 'person', name: seal.createdBy } as const;
  return desk.recordFrom((state) => {
    const last = state.roots.find(({ id }) => id === seal.root)?.seal ?? null;
    const value = { seal: ref, release: seal.release };
    if (last?.seal === ref) return { drafts: [], value };
    // One that counts down, or has the next number and another predecessor, would put a weaker state back in force.
    // Numbers may be left out: a root can be sealed twice while nobody hears of it.
    const follows =
      last === null ||
      seal.release > last.release + 1 ||
      (seal.release === last.release + 1 && seal.previous === last.seal);
    if (!follows)
      throw new ApiError(
        409,
        'conflict',
        `Release ${seal.release} does not follow release ${last.release}, which is in force.`,
        `リリース ${seal.release} は、現在有効なリリース ${last.release} に続くものではありません。`,
      );
    const data = { root: seal.root, seal: ref, release: seal.release, files: seal.files };
    return { drafts: [{ kind: 'seal.made', shop: desk.shop.id, actor, data }], value };
  });
}

function readSeal(desk: Desk, bytes: Uint8Array, upload: SealUpload): Seal {
  const parsed = Seal.safeParse(parseJson(bytes));
  const seal = parsed.data;
  if (seal === undefined || canonicalJson(seal) !== upload.release)
    throw refused(
      'bad-request',
      'RELEASE is not a seal this version can read.',
      'RELEASE はこの版で読める封印ではありません。',
    );
  const fits =
    seal.root === upload.root && seal.manifest === upload.manifest && seal.entries === upload.entries;
  const known = seal.shop === desk.shop.id && sealedRootsOf(desk.shop).includes(seal.root);
  if (!fits || !known)
    throw refused(
      'bad-request',
      'RELEASE names another shop, root or other files.',
      'RELEASE が別の店舗・ルート・ファイルを指しています。',
    );
  return seal;
}

const refused = (code: 'bad-signature' | 'bad-request', en: string, ja: string) =>
  new ApiError(400, code, en, ja);

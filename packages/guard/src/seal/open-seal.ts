import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobRef, Seal, type Text, text } from '@komainu/model';
import { codeOf, sayError } from '../error.ts';
import { readEntries, type SealedEntries } from './entries.ts';

export interface OpenSeal {
  readonly seal: Seal;
  /** SHA-256 of RELEASE: the seal's name in reports. */
  readonly ref: BlobRef;
  readonly entries: SealedEntries;
  /** As stored, for handing on: RELEASE is canonical JSON, the signature 64 raw bytes. */
  readonly release: Uint8Array;
  readonly signature: Uint8Array;
  readonly manifestBytes: Uint8Array;
  readonly entriesBytes: Uint8Array;
  /** DBMANIFEST: lines for the sealed rows of the shop's database; null where none is sealed. */
  readonly database: Uint8Array | null;
}

type SealFile = 'RELEASE' | 'RELEASE.sig' | 'MANIFEST' | 'MANIFEST.mtree' | 'ENTRIES' | 'DBMANIFEST';

export interface SealRefused {
  readonly kind: 'refused';
  /** The file that is to blame. */
  readonly file: SealFile;
  readonly code:
    | 'missing'
    | 'signature'
    | 'altered'
    | 'malformed'
    | 'rolled-back'
    | 'other-root'
    | 'forked'
    | 'expired';
  readonly message: Text;
}

export type SealOpened = { readonly kind: 'opened'; readonly seal: OpenSeal } | SealRefused;

export interface OpenSealOptions {
  /** The seal directory. */
  readonly dir: string;
  /** Ed25519; a KeyObject or SubjectPublicKeyInfo PEM. */
  readonly publicKey: KeyObject | string;
  /** The highest release ever seen for this root: a lower one is a rollback. */
  readonly atLeast?: number;
  readonly root?: string;
  readonly shop?: string;
}

export const refOf = (bytes: Uint8Array): BlobRef =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;

export const refuse = (file: SealFile, code: SealRefused['code'], en: string, ja: string): SealRefused => ({
  kind: 'refused',
  file,
  code,
  message: text(`${file}: ${en}`, `${file}: ${ja}`),
});

/** Opens a seal; nothing in it is believed before the signature and the hashes are checked. Never throws for bad files. */
export async function openSeal(options: OpenSealOptions): Promise<SealOpened> {
  // All files from one release, also while a new one is put in force: the link is followed once.
  const from = await realpath(join(options.dir, 'current')).catch(() => options.dir);
  const read = async (file: SealFile) => readSealFile(options.dir, join(from, file), file);
  const release = await read('RELEASE');
  if (!Buffer.isBuffer(release)) return release;
  const signature = await read('RELEASE.sig');
  if (!Buffer.isBuffer(signature)) return signature;

  if (!isSignedBy(options.publicKey, release, signature))
    return refuse(
      'RELEASE.sig',
      'signature',
      'is not a signature over RELEASE by the expected key; one of the two was altered, or another key signed',
      'この RELEASE に対する正しい鍵の署名ではありません。どちらかが改変されたか、別の鍵で署名されています',
    );
  const seal = parseSeal(release);
  if (seal === null)
    return refuse(
      'RELEASE',
      'malformed',
      'is signed but not a seal this version can read',
      '署名は正しいものの、この版で読める封印ではありません',
    );
  if (options.root !== undefined && seal.root !== options.root)
    return refuse(
      'RELEASE',
      'other-root',
      `seals "${seal.root}", not "${options.root}"`,
      `「${options.root}」ではなく「${seal.root}」の封印です`,
    );
  if (options.shop !== undefined && seal.shop !== options.shop)
    return refuse(
      'RELEASE',
      'other-root',
      `belongs to shop "${seal.shop}", not "${options.shop}"`,
      `「${options.shop}」ではなく「${seal.shop}」の封印です`,
    );
  if (seal.release < (options.atLeast ?? 1))
    return refuse(
      'RELEASE',
      'rolled-back',
      `is release ${seal.release}, but release ${options.atLeast} was already in force; an older seal was put back`,
      `リリース ${seal.release} ですが、すでにリリース ${options.atLeast} が有効でした。古い封印に戻されています`,
    );

  const named = async (file: SealFile, ref: BlobRef): Promise<Buffer | SealRefused> => {
    const bytes = await read(file);
    return Buffer.isBuffer(bytes) && refOf(bytes) !== ref ? altered(file) : bytes;
  };
  const manifest = await named('MANIFEST', seal.manifest);
  if (!Buffer.isBuffer(manifest)) return manifest;
  // For others to check by: ours to vouch for, not to hold in memory.
  const mtree = await hashSealFile(options.dir, join(from, 'MANIFEST.mtree'), 'MANIFEST.mtree');
  if (typeof mtree !== 'string') return mtree;
  if (mtree !== seal.mtree) return altered('MANIFEST.mtree');
  const entries = await named('ENTRIES', seal.entries);
  if (!Buffer.isBuffer(entries)) return entries;
  const database = seal.database === null ? null : await named('DBMANIFEST', seal.database);
  if (database !== null && !Buffer.isBuffer(database)) return database;

  try {
    return {
      kind: 'opened',
      seal: {
        seal,
        ref: refOf(release),
        entries: readEntries(entries),
        release,
        signature,
        manifestBytes: manifest,
        entriesBytes: entries,
        database,
      },
    };
  } catch {
    return refuse(
      'ENTRIES',
      'malformed',
      'is signed but cannot be read',
      '署名は正しいものの、読み取れません',
    );
  }
}

const altered = (file: SealFile) =>
  refuse(
    file,
    'altered',
    'is not the file the signed RELEASE names; it was altered',
    '署名済みの RELEASE が示す内容と一致しません。改変されています',
  );

async function readSealFile(dir: string, path: string, file: SealFile): Promise<Buffer | SealRefused> {
  try {
    return await readFile(path);
  } catch (error) {
    return unread(dir, file, error);
  }
}

async function hashSealFile(dir: string, path: string, file: SealFile): Promise<BlobRef | SealRefused> {
  try {
    const sum = createHash('sha256');
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) sum.update(part as Buffer);
    return `sha256:${sum.digest('hex')}` as BlobRef;
  } catch (error) {
    return unread(dir, file, error);
  }
}

const unread = (dir: string, file: SealFile, error: unknown): SealRefused =>
  codeOf(error) === 'ENOENT'
    ? refuse(
        file,
        'missing',
        `is not in ${dir}; seal the root first`,
        `${dir} にありません。先に封印してください`,
      )
    : refuse(file, 'missing', `cannot be read: ${sayError(error)}`, `読み取れません: ${sayError(error)}`);

function isSignedBy(key: KeyObject | string, message: Uint8Array, signature: Uint8Array): boolean {
  const publicKey = typeof key === 'string' ? createPublicKey(key) : key;
  return (
    publicKey.asymmetricKeyType === 'ed25519' &&
    signature.length === 64 &&
    verify(null, message, publicKey, signature)
  );
}

function parseSeal(release: Uint8Array): Seal | null {
  try {
    return Seal.parse(JSON.parse(Buffer.from(release).toString('utf8')));
  } catch {
    return null;
  }
}

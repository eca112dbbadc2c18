import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BlobRef, Blobs, GuardianId, Root, RootId, ShopId } from '@komainu/model';
import { type OpenSeal, openSeal, sealRoot } from '../src/index.ts';

export const SHOP = 'shop' as ShopId;
export const GUARD = 'guard' as GuardianId;
export const ROOT_ID = 'app' as RootId;

/** A blob store in memory; the engine on disk belongs to another package. */
export function memoryBlobs(): Blobs & { readonly map: Map<string, Uint8Array> } {
  const map = new Map<string, Uint8Array>();
  return {
    map,
    put: async (bytes) => {
      const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;
      map.set(ref, Uint8Array.from(bytes));
      return ref;
    },
    get: async (ref) => {
      const bytes = map.get(ref);
      if (!bytes) throw new Error(`no blob ${ref}`);
      return bytes;
    },
    has: async (ref) => map.has(ref),
  };
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
export const keys = { publicKey, signer: { sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) } };

/** A root with files in a temporary directory, its blob store and its seal directory. */
export function makeWorld(
  files: Readonly<Record<string, string>> = {},
  policies: Root['policies'] = [],
  responses?: Root['responses'],
) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'komainu-guard-')));
  const dir = join(base, 'root');
  const out = join(base, 'seal');
  const blobs = memoryBlobs();
  const at = (path: string) => join(dir, path);
  const write = (path: string, bytes: string | Uint8Array) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), bytes);
  };
  mkdirSync(dir);
  for (const [path, text] of Object.entries(files)) write(path, text);
  const root: Root = { id: ROOT_ID, path: dir, policies, ...(responses ? { responses } : {}) };
  const sealIt = async () => sealRoot({ root, dir, shop: SHOP, by: 'test', blobs, out, ...keys });
  const seal = async (): Promise<OpenSeal> => {
    const made = await sealIt();
    if (made.kind !== 'sealed') throw new Error(JSON.stringify(made));
    const opened = await openSeal({ dir: out, publicKey });
    if (opened.kind !== 'opened') throw new Error(opened.message.en);
    return opened.seal;
  };
  return {
    base,
    dir,
    out,
    blobs,
    root,
    at,
    write,
    sealIt,
    seal,
    gone: () => rmSync(base, { recursive: true, force: true }),
  };
}

export type World = ReturnType<typeof makeWorld>;

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, EvidenceError, isMissing, reasonOf } from './errors.ts';
import { makeDurable, syncPath } from './files.ts';
import type { Signer } from './note.ts';
import { isKeyName, publicKeyPem, rawPublicKey, verifierKey } from './vkey.ts';

/** The signing keys of one ledger. `signer`, `vkey`, `publicKey` change when a rotation is finished. */
export interface Keys {
  /** The log's name, also the origin line of its checkpoints. */
  readonly name: string;
  readonly signer: Signer;
  /** The current public key in one line, for pinning. */
  readonly vkey: string;
  /** The current public key, SubjectPublicKeyInfo PEM. */
  readonly publicKey: string;
  /** The key this log began with, as a vkey: what a verifier should be given, once and early. */
  readonly firstVkey: string;
  /** A next key that is stored but not in force. */
  readonly staged: Signer | undefined;
  /** Makes and stores the next key, or gives the one that is already there. For the ledger's `rotateKey`. */
  stage(): Promise<Signer>;
  /** Puts the staged key in the current one's place; the old private key is gone. For the ledger's `rotateKey`. */
  promote(): Promise<void>;
}

export interface KeysOptions {
  /** Created with mode 0700 when missing. */
  readonly dir: string;
  /** Names the log, best as a host and path: `shop.example/ledger`. No spaces, no plus sign. */
  readonly name: string;
}

const CURRENT = 'ledger-key.pem';
const NEXT = 'ledger-key.next.pem';
const FIRST_VKEY = 'ledger-key.first.vkey';

/**
 * Loads the keys, or creates them on the first run.
 * @throws EvidenceError `key-exposed` when others could read the private key, `key-damaged`, `disk`, `bad-input`.
 */
export async function openKeys({ dir, name }: KeysOptions): Promise<Keys> {
  if (!isKeyName(name))
    throw new EvidenceError(
      'bad-input',
      `"${name}" cannot name a ledger: no spaces, no plus sign, not empty`,
    );
  await onDisk(dir, () => makeDurable(dir, 0o700));
  let signer = (await load(dir, CURRENT, name)) ?? (await create(dir, CURRENT, name));
  let staged = await load(dir, NEXT, name);
  const firstVkey = await publish(dir, signer);

  return {
    name,
    get signer() {
      return signer;
    },
    get vkey() {
      return signer.key.vkey;
    },
    get publicKey() {
      return publicKeyPem(signer.key);
    },
    get staged() {
      return staged;
    },
    firstVkey,
    stage: async () => (staged ??= (await load(dir, NEXT, name)) ?? (await create(dir, NEXT, name))),
    promote: async () => {
      if (staged === undefined) throw new EvidenceError('bad-input', 'there is no next key to put in force');
      await onDisk(dir, async () => {
        await rename(join(dir, NEXT), join(dir, CURRENT));
        await syncPath(dir);
      });
      signer = staged;
      staged = undefined;
      await publish(dir, signer);
    },
  };
}

async function load(dir: string, file: string, name: string): Promise<Signer | undefined> {
  const path = join(dir, file);
  let pem: string;
  try {
    // Not through a link: the file looked at and the file read must be the one that lies here.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { mode } = await handle.stat();
      if ((mode & 0o077) !== 0) throw exposed(path, mode);
      pem = await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof EvidenceError) throw error;
    throw new EvidenceError('disk', `cannot read the key ${path}: ${reasonOf(error)}`, {
      cause: error,
      file,
    });
  }
  try {
    return signerOf(name, createPrivateKey(pem));
  } catch (error) {
    const message = `${path} is not an Ed25519 private key in PEM; restore it from your copy`;
    throw new EvidenceError('key-damaged', message, { cause: error, file });
  }
}

const exposed = (path: string, mode: number): EvidenceError => {
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  const message = `the private key ${path} can be read by others (mode ${octal}); run "chmod 600 ${path}", and rotate it if anybody else may have read it`;
  return new EvidenceError('key-exposed', message, { file: path });
};

/** Whole or not at all: the name appears, by link, only once the bytes are safe; and of two first runs one wins. */
async function create(dir: string, file: string, name: string): Promise<Signer> {
  const temporary = join(dir, `.${file}.${randomBytes(8).toString('hex')}`);
  const { privateKey } = generateKeyPairSync('ed25519');
  await onDisk(dir, async () => {
    const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await handle.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      await link(temporary, join(dir, file));
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    } finally {
      await rm(temporary, { force: true });
    }
    await syncPath(dir);
  });
  const stored = await load(dir, file, name);
  if (stored === undefined)
    throw new EvidenceError('disk', `the new key in ${dir} has disappeared`, { file });
  return stored;
}

function signerOf(name: string, privateKey: KeyObject): Signer {
  const key = verifierKey(name, rawPublicKey(createPublicKey(privateKey)));
  return { key, sign: (message) => sign(null, message, privateKey) };
}

/** The public halves, for people; rewritten whenever they are missing or old. Gives the first key. */
async function publish(dir: string, { key }: Signer): Promise<string> {
  return onDisk(dir, async () => {
    await writeFile(join(dir, 'ledger-key.vkey'), `${key.vkey}\n`);
    await writeFile(join(dir, 'ledger-key.pub.pem'), publicKeyPem(key));
    const first = join(dir, FIRST_VKEY);
    await writeFile(first, `${key.vkey}\n`, { flag: 'wx' }).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
    const text = (await readFile(first, 'utf8')).trim();
    // Cut off by a crash while it was first written, when it could only have been this key.
    if (text !== '') return text;
    await writeFile(first, `${key.vkey}\n`);
    return key.vkey;
  });
}

async function onDisk<T>(dir: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof EvidenceError) throw error;
    throw new EvidenceError('disk', `cannot store keys in ${dir}: ${reasonOf(error)}`, { cause: error });
  }
}

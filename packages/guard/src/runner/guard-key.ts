import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chown, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalBytes, type GuardKey, type Heartbeat } from '@komainu/model';
import { codeOf, GuardError } from '../error.ts';
import { replaceDurably } from '../seal/store-seal.ts';

const FILE = 'heartbeat.key';

/** The guard's own key: whoever has only the server's token cannot seem to be this guard. */
export interface OwnKey {
  readonly key: GuardKey;
  sign(beat: Heartbeat): Heartbeat;
}

/**
 * Opens the key in the guard's directory; makes it at the first start, or anew when `renew` is set.
 * @throws GuardError `spool` when it is there and cannot be used: another one in its place would be refused, silently.
 */
export async function openGuardKey(dir: string, renew = false): Promise<OwnKey> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const stored = renew ? null : await readFile(join(dir, FILE), 'utf8').catch(missing);
  const privateKey = stored === null ? await makeKey(dir) : parse(stored, dir);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const key = spki.subarray(-32).toString('base64') as GuardKey;
  return {
    key,
    sign(beat) {
      const said = { ...beat, key };
      return { ...said, signature: sign(null, canonicalBytes(said), privateKey).toString('base64') };
    },
  };
}

async function makeKey(dir: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await replaceDurably(dir, FILE, Buffer.from(privateKey.export({ format: 'pem', type: 'pkcs8' })), 0o600);
  // Made by root for a guard that runs as a user of its own.
  const { uid, gid } = await stat(dir);
  if (process.getuid?.() === 0) await chown(join(dir, FILE), uid, gid);
  return privateKey;
}

function parse(pem: string, dir: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new GuardError(
    'spool',
    `${join(dir, FILE)} is not an Ed25519 key; make a new one with: komainu guard key --new`,
  );
}

const missing = (error: unknown): null => {
  if (codeOf(error) === 'ENOENT') return null;
  throw new GuardError('spool', `cannot read the guard's key: ${codeOf(error)}`, { cause: error });
};

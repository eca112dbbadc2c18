import { createPublicKey, verify } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { builtInRules, checkRules, type ReadyRules } from '@komainu/detect';
import { type Failure, type Text, text } from '@komainu/model';
import type { Log } from '../log.ts';

/** The rules by which files are judged. */
export interface RulesInForce {
  readonly rules: ReadyRules;
  readonly from: 'built-in' | 'update';
  /** Why an update that lies there is not in force; judgements say so. */
  readonly notInForce: Failure | null;
}

export type RulesVerdict =
  | { readonly kind: 'accepted'; readonly rules: ReadyRules }
  | { readonly kind: 'refused'; readonly message: Text };

const FILE = 'signs.json';
const MAX_SIZE = 4 * 1024 * 1024;

/** What is in force: the newer of what came with this version and of a signed update, which is verified each time it is read. */
export async function openRules(dir: string, publicKey: string | null): Promise<RulesInForce> {
  const builtIn = { rules: builtInRules(), from: 'built-in', notInForce: null } as const;
  const stored = await readStored(dir);
  if (stored === null) return builtIn;
  const verdict = verifyRules(stored.bytes, stored.signature, publicKey);
  if (verdict.kind === 'refused')
    return { ...builtIn, notInForce: { code: 'unreadable', message: verdict.message } };
  const { rules } = verdict;
  return rules.version > builtIn.rules.version ? { rules, from: 'update', notInForce: null } : builtIn;
}

/** Signature first: nothing of a file that nobody trusted has signed is read. */
export function verifyRules(
  bytes: Uint8Array,
  signature: Uint8Array,
  publicKey: string | null,
): RulesVerdict {
  if (publicKey === null)
    return refused(
      'the configuration names no key of whom rules are taken from (rules.key)',
      '規則の提供元の公開鍵が設定されていません（rules.key）',
    );
  if (bytes.length > MAX_SIZE) return refused('the file is too big', 'ファイルが大きすぎます');
  if (!isSigned(bytes, signature, publicKey))
    return refused(
      'the signature is not that of the key in the configuration',
      '署名が、設定された公開鍵のものではありません',
    );
  const checked = checkRules(parse(bytes));
  if (checked.kind === 'usable') return { kind: 'accepted', rules: checked.rules };
  const problems = checked.problems.slice(0, 5).join('; ');
  return refused(`not usable: ${problems}`, `規則に誤りがあります：${problems}`);
}

/** Puts verified rules in the place of those before: whole, and on the disk. */
export async function storeRules(dir: string, bytes: Uint8Array, signature: Uint8Array): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const temporary = join(dir, `.${FILE}.new`);
  // One file with both: no moment has the new rules beside the old signature.
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(Buffer.concat([signature, bytes]));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(dir, FILE));
}

async function readStored(dir: string): Promise<{ bytes: Uint8Array; signature: Uint8Array } | null> {
  const whole = await readFile(join(dir, FILE)).catch(() => null);
  return whole === null ? null : { signature: whole.subarray(0, 64), bytes: whole.subarray(64) };
}

function isSigned(bytes: Uint8Array, signature: Uint8Array, publicKey: string): boolean {
  try {
    const key = createPublicKey(publicKey);
    return key.asymmetricKeyType === 'ed25519' && verify(null, bytes, key, signature);
  } catch {
    return false;
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

const refused = (en: string, ja: string): RulesVerdict => ({
  kind: 'refused',
  message: text(`The rules are refused: ${en}.`, `規則を受け付けません：${ja}。`),
});

/** The rules in force, read again when an update comes to lie there. */
export interface KeptRules {
  current(): RulesInForce;
  look(): Promise<void>;
}

export async function keepRules(dir: string, publicKey: string | null, log: Log): Promise<KeptRules> {
  const mark = () =>
    stat(join(dir, FILE), { bigint: true }).then(
      ({ mtimeNs, ctimeNs, size }) => `${mtimeNs}.${ctimeNs}.${size}`,
      () => 'none',
    );
  const say = ({ rules: { version }, from, notInForce }: RulesInForce) =>
    notInForce === null
      ? log.info({ version, from }, 'rules for files are in force')
      : log.error({ version, reason: notInForce.message.en }, 'an update of the rules is not in force');
  let seen = await mark();
  let now = await openRules(dir, publicKey);
  say(now);
  return {
    current: () => now,
    async look() {
      const there = await mark();
      if (there === seen) return;
      seen = there;
      now = await openRules(dir, publicKey);
      say(now);
    },
  };
}

import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bodiesOfReport, judgeFiles } from '@komainu/detect';
import { openSeal, scanRoot, sealRoot } from '@komainu/guard';
import {
  canonicalBytes,
  type GuardianId,
  type Root,
  type RootId,
  type ShopId,
  type Verdict,
} from '@komainu/model';
import type { ServerSide } from '../../drills/library/behaviour.ts';
import { passingBlobs } from './detect-blobs.ts';

export interface ServerOutcome {
  readonly id: string;
  readonly honest: boolean;
  readonly verdict: Verdict['kind'];
  /** The key of the finding that decides. */
  readonly decided: string;
}

const FILES: Readonly<Record<string, string>> = {
  'app/Payment.php':
    '<?php\nclass Payment {\n  public function pay($card) {\n    $this->gateway->charge($card);\n    return true;\n  }\n}\n',
  'app/Cart.php': '<?php\nclass Cart { public $items = []; }\n',
  'html/index.php': "<?php require '../app/Payment.php';\n",
  'html/assets/payment.js':
    "document.getElementById('checkout').addEventListener('submit', function () {});\n",
  'html/upload/save_image/.gitkeep': '',
  'var/cache/.gitkeep': '',
};
const POLICIES: Root['policies'] = [
  { glob: 'html/upload/**', policy: 'no-exec' },
  { glob: 'var/cache/**', policy: 'churn' },
];

/** Seals a small shop, lets it happen, has the real guard look, and judges what it reports. */
export async function examineServerSide(behaviour: ServerSide): Promise<ServerOutcome> {
  const base = mkdtempSync(join(tmpdir(), 'komainu-bench-files-'));
  try {
    const dir = join(base, 'root');
    const at = (path: string): string => join(dir, path);
    const write = (path: string, bytes: string | Uint8Array): void => {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), bytes);
    };
    for (const [path, text] of Object.entries(FILES)) write(path, text);
    const blobs = passingBlobs();
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const root: Root = { id: 'app' as RootId, path: dir, policies: POLICIES };
    const out = join(base, 'seal');
    const signer = { sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) };
    await sealRoot({ root, dir, shop: 'wakaba' as ShopId, by: 'bench', blobs, signer, publicKey, out });
    const opened = await openSeal({ dir: out, publicKey });
    if (opened.kind !== 'opened') throw new Error(opened.message.en);
    behaviour.strike({
      read: (path) => readFileSync(at(path), 'utf8'),
      write: (path, bytes, how) => {
        const before = how?.keepTime ? statSync(at(path)) : null;
        write(path, bytes);
        if (before) utimesSync(at(path), before.atime, before.mtime);
      },
    });
    const { reports } = await scanRoot({ seal: opened.seal, dir, guard: 'guard' as GuardianId, blobs });
    const judgements = await Promise.all(
      reports.map(async (report) => {
        await Promise.all(bodiesOfReport(report).map((ref) => blobs.get(ref).catch(() => undefined)));
        return judgeFiles({ ref: await blobs.put(canonicalBytes(report)), report, bodies: blobs.now });
      }),
    );
    const worst = judgements.find(({ verdict }) => verdict.kind === 'tampered') ?? judgements[0];
    return {
      id: behaviour.id,
      honest: behaviour.covers.length === 0,
      verdict: worst?.verdict.kind ?? 'clean',
      decided: worst?.findings[0]?.key ?? '-',
    };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** As the page's behaviours: a thief called clean, an honest day called tampered. */
export const serverWrongs = (outcomes: readonly ServerOutcome[]): readonly string[] =>
  outcomes.flatMap(({ id, honest, verdict }) =>
    honest
      ? verdict === 'tampered'
        ? [`false alarm in files: ${id}`]
        : []
      : verdict === 'clean'
        ? [`missed in files: ${id}`]
        : [],
  );

import { readFileSync } from 'node:fs';
import { openSeal, scanRoot, type SourceName, watchRoot } from '@komainu/guard';
import type { GuardianId } from '@komainu/model';
import { noBlobs } from './guard-seal.ts';

/** What the guard's process tells: it is armed, the paths of an alert, their hashes and when it came, what it used. */
export type FromGuard =
  | { readonly kind: 'ready'; readonly events: string; readonly ms: number }
  | {
      readonly kind: 'alert';
      readonly states: readonly (readonly [string, string | null])[];
      readonly at: number;
    }
  | { readonly kind: 'problem'; readonly code: string }
  | { readonly kind: 'passed'; readonly ms: number }
  | { readonly kind: 'scanned'; readonly ms: number; readonly rss: number };

/** ms since 1970, with fractions: comparable between processes. */
export const clock = (): number => performance.timeOrigin + performance.now();

async function main(): Promise<void> {
  const [mode, dir = '', out = '', pub = '', events = 'auto'] = process.argv.slice(2);
  const opened = await openSeal({ dir: out, publicKey: readFileSync(pub, 'utf8') });
  if (opened.kind === 'refused') throw new Error(opened.message.en);
  const guard = 'bench' as GuardianId;
  const tell = (message: FromGuard): void => void process.send?.(message);
  if (mode === 'scan') {
    const begun = performance.now();
    const { changes, gaps } = await scanRoot({ seal: opened.seal, dir, guard, blobs: noBlobs });
    if (changes + gaps > 0) throw new Error(`not as sealed: ${changes} changes, ${gaps} gaps`);
    tell({
      kind: 'scanned',
      ms: performance.now() - begun,
      rss: process.resourceUsage().maxRSS / 1_024,
    });
    return process.disconnect();
  }
  const watch = watchRoot({
    seal: opened.seal,
    dir,
    guard,
    blobs: noBlobs,
    events: events as SourceName | 'auto',
    onReport: ({ changes }) =>
      tell({
        kind: 'alert',
        at: clock(),
        states: changes.map(({ path, after }) => [path, after?.hash ?? null]),
      }),
    onProblem: ({ code }) => tell({ kind: 'problem', code }),
  });
  const ready = await watch.ready;
  tell({ kind: 'ready', events: ready.events ?? '', ms: ready.ms });
  process.on('message', (message: { block?: number; pass?: true }) => {
    const until = performance.now() + (message.block ?? 0);
    while (performance.now() < until);
    if (!message.pass) return;
    const begun = performance.now();
    void watch.pass('stat').then(() => tell({ kind: 'passed', ms: performance.now() - begun }));
  });
}

if (import.meta.main) await main();

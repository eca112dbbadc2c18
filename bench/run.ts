/** `make bench`: every figure beside a peer or a physical limit of the same run. `run.ts [ledger|guard|check]…` */
import { benchCheck, checkTable } from './check.ts';
import { benchGuard } from './guard.ts';
import { benchLedger, ledgerTable } from './ledger.ts';

const BENCHES = {
  ledger: async () => ledgerTable(await benchLedger()),
  guard: guardTable,
  check: async () => checkTable(await benchCheck()),
} as const;

/** Fewer files than of `make bench-guard`, and the one source of events a shop's server would use. */
async function guardTable(): Promise<string> {
  const lines: string[] = ['guard'];
  await benchGuard({
    files: 40_000,
    parts: ['scan', 'watch'],
    sources: ['fanotify'],
    print: (line) => lines.push(`  ${line}`),
  });
  return lines.join('\n');
}

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(BENCHES))
  if (wanted.length === 0 || wanted.includes(name)) console.log(`${await run()}\n`);

/** `make bench`: every figure beside a peer or a physical limit of the same run. `run.ts [ledger|guard|check]…` */
import { benchCheck, checkTable } from './check.ts';
import { benchGuard, type GuardRow } from './guard.ts';
import { benchLedger, ledgerTable } from './ledger.ts';

const BENCHES = {
  ledger: async () => ledgerTable(await benchLedger()),
  guard: async () => guardTable(await benchGuard()),
  check: async () => checkTable(await benchCheck()),
} as const;

/** The guard's figures, each with its peer's where there is one. */
function guardTable(rows: readonly GuardRow[]): string {
  const lines = rows.map(({ what, ours, peer, unit }) => {
    const beside =
      peer === null || peer === 0 ? '' : `  peer ${peer.toFixed(1)} ${unit}, ${(ours / peer).toFixed(2)}x`;
    return `  ${what.padEnd(52)} ${ours.toFixed(1).padStart(9)} ${unit}${beside}`;
  });
  return ['guard', ...lines].join('\n');
}

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(BENCHES))
  if (wanted.length === 0 || wanted.includes(name)) console.log(`${await run()}\n`);

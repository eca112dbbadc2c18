import type { Canary } from '@komainu/model';
import { ALIVE } from './armoury.ts';
import { BITS, needlesOf } from './needles.ts';
import { createCallers } from './page/callers.ts';
import { createFinder } from './page/finder.ts';
import { createLooks } from './page/looks.ts';
import { takeNatives } from './page/natives.ts';
import { createReporter } from './page/reporter.ts';
import type { ReporterOptions } from './page/types.ts';
import { ROWS } from './rows.ts';

/** A row that is called this often in so short a time rests for a moment. */
const BURST = { burst: 400, burstMs: 80 } as const;

/**
 * The script that puts a reporter into a realm. Its name is a lexical constant: in no list of the page's globals, and
 * out of reach for who cannot guess 128 bits.
 */
export function sourceOf(token: string, canary: Canary): string {
  const options: ReporterOptions = {
    token,
    needles: needlesOf(canary),
    bits: BITS,
    rows: [
      ...ROWS.map(({ place, look, detail }) => ({ place, look, detail: detail ?? null })),
      { place: ALIVE, look: 'arguments', detail: null },
    ],
    ...BURST,
  };
  return `const ${token}=((o)=>{
const n=(${takeNatives.toString()})(o),f=(${createFinder.toString()})(o,n);
return (${createReporter.toString()})(o,n,f,(${createLooks.toString()})(n,f),(${createCallers.toString()})(o,n));
})(${JSON.stringify(options)});
//# sourceURL=${token}`;
}

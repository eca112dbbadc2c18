import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alteredPaymentPage, FAKE_IMAGE, FAKE_IMAGE_HEAD } from './attack/server-side.ts';
import type { Variant } from './options.ts';

export interface Attack {
  /** What is altered, below the web root. */
  readonly file: string;
  /** What else the attack leaves behind. */
  readonly left: readonly string[];
  /** Alters it; gives the kernel's own time of the write, milliseconds since 1970. */
  strike(): number;
  /** Puts the altered file back by hand, as a shop without a seal would. */
  undo(): void;
}

/** The attack of a variant on a copy of the web root. */
export function attackOf(variant: Variant, site: string, receiver: string): Attack {
  const serverSide = variant === 'server-side';
  const file = serverSide ? 'pages/payment.js' : 'assets/payment.js';
  const path = join(site, file);
  const original = readFileSync(path, 'utf8');
  const skimmer = readFileSync(join(import.meta.dirname, 'attack/skimmer.js'), 'utf8').replaceAll(
    '__RECEIVER__',
    receiver,
  );
  const altered = serverSide ? alteredPaymentPage(original) : original + skimmer;
  return {
    file,
    left: serverSide ? [FAKE_IMAGE] : [],
    strike: () => {
      if (serverSide) writeFileSync(join(site, FAKE_IMAGE), FAKE_IMAGE_HEAD);
      writeFileSync(path, altered);
      return Math.floor(statSync(path).ctimeMs);
    },
    undo: () => writeFileSync(path, original),
  };
}

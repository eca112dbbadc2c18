import { openBrowser, type ProbeBrowser } from '../browser/browser.ts';

/** What checks are made with; opened once, good for hundreds of them. */
export interface Probe {
  /** For single visits (proofs). */
  readonly browser: ProbeBrowser;
  /** Does the work of one check; between checks the browser is changed for a fresh one now and then. */
  during<T>(check: () => Promise<T>): Promise<T>;
  /** Kills what was started. Idempotent. */
  close(): Promise<void>;
}

/** Checks after which the browser is exchanged: what it leaks goes with it, and with it its draws of `Math.random`. */
const CHECKS = 50;

/** @throws ProbeError `no-browser` or `no-start`: there is no Chromium to look with. */
export async function openProbe(
  options: { readonly executable?: string; readonly signal?: AbortSignal } = {},
): Promise<Probe> {
  const browser = await openBrowser(options);
  let under = 0;
  let made = 0;
  return {
    browser,
    during: async (check) => {
      under += 1;
      try {
        return await check();
      } finally {
        under -= 1;
        made += 1;
        if (made >= CHECKS && under === 0) {
          made = 0;
          await browser.renew();
        }
      }
    },
    close: () => browser.close(),
  };
}

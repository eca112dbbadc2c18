import { openBrowser, type ProbeBrowser } from '../browser/browser.ts';

/** What checks are made with; opened once, good for hundreds of them. */
export interface Probe {
  /** For single visits (proofs). */
  readonly browser: ProbeBrowser;
  /** Kills what was started. Idempotent. */
  close(): Promise<void>;
}

/** @throws ProbeError `no-browser` or `no-start`: there is no Chromium to look with. */
export async function openProbe(
  options: { readonly executable?: string; readonly signal?: AbortSignal } = {},
): Promise<Probe> {
  const browser = await openBrowser(options);
  return { browser, close: () => browser.close() };
}

import { randomBytes } from 'node:crypto';
import { type BrowserContext, chromium, type Frame, type Page } from 'playwright-core';
import { z } from 'zod';
import { DESKTOP_WINDOW } from '../browser/disguise.ts';
import { ProbeError } from '../error.ts';
import { CARD_HINTS } from '../page/card-hints.ts';
import { installEyes } from '../page/eyes.ts';
import { looksLikeCard } from './screen.ts';
import { installScribe } from './scribe.ts';
import { selectorsOf } from './selectors.ts';
import { createWriter, type Recorded } from './write.ts';

export interface RecordOptions {
  /** Where the way begins. */
  readonly address: string;
  readonly title?: string;
  readonly executable?: string;
  /** Ends the recording, as closing the browser does; what was done until then is kept. */
  readonly signal: AbortSignal;
  /** Whoever acts in the place of a person, in a browser without a window; the recording ends when it is done. */
  readonly drive?: (page: Page) => Promise<void>;
}

const Chains = z.array(z.array(z.string().max(1_000)).max(12)).max(8);
const short = z.string().max(1_000);
/** A page could tell of anything: only what has the form of an act is written down. */
const ActMessage = z.strictObject({
  kind: z.enum(['click', 'change', 'enter']),
  steady: Chains,
  other: Chains,
  aria: z.strictObject({ name: short, role: short }),
  words: short,
  group: short,
  names: short,
  type: short,
  autocomplete: short,
  placeholder: short,
  maxLength: z.number().nullable(),
  card: z.string().max(20).nullable(),
  value: z.string().max(2_000),
});

/**
 * Writes down what is done in a browser as a journey that can be walked again. Card values never leave the page they
 * are typed into. @throws ProbeError `no-browser`, `no-start`
 */
export async function recordJourney(options: RecordOptions): Promise<Recorded> {
  const { address, title, signal, drive } = options;
  const writer = createWriter(title ?? `The way from ${address}`, address);
  const browser = await chromium
    .launch({
      headless: drive !== undefined,
      executablePath: options.executable ?? process.env['KOMAINU_CHROMIUM'] ?? '/usr/bin/chromium',
      chromiumSandbox: process.getuid?.() !== 0,
      args: [
        '--no-first-run',
        '--disable-quic',
        // Names and roles as assistive technology hears them.
        '--enable-blink-features=ComputedAccessibilityInfo',
        `--window-size=${DESKTOP_WINDOW.width},${DESKTOP_WINDOW.height}`,
      ],
    })
    .catch((cause: unknown) => {
      throw new ProbeError('no-start', 'no browser could be opened to record in', { cause });
    });
  const stop = (): void => void browser.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const context = await browser.newContext({
      viewport: drive ? { width: 1366, height: 768 } : null,
      locale: 'ja-JP',
    });
    await listen(context, (act, frame) => writer.act(act, frame));
    const page = await context.newPage();
    follow(page, (url, asked) => writer.navigated(url, asked));
    await page.goto(address, { waitUntil: 'commit' });
    if (drive) {
      await drive(page);
      // The last field still has the keyboard: what was typed into it counts.
      await page
        .evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
        .catch(() => undefined);
      await page.waitForTimeout(50);
    } else await new Promise<void>((resolve) => browser.once('disconnected', () => resolve()));
  } catch (error) {
    if (!signal.aborted && browser.isConnected()) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await browser.close();
  }
  return writer.finish();
}

async function listen(
  context: BrowserContext,
  heard: (act: z.infer<typeof ActMessage>, frame: readonly number[]) => void,
): Promise<void> {
  // Taken away from the page before its first script; the name is nobody's to guess.
  const name = `k${randomBytes(12).toString('hex')}`;
  await context.exposeBinding(name, ({ frame }, message: unknown) => {
    const act = ActMessage.safeParse(message);
    if (act.success) heard(act.data, pathOf(frame));
  });
  await context.addInitScript(`(() => {
    const send = globalThis[${JSON.stringify(name)}];
    delete globalThis[${JSON.stringify(name)}];
    (${installEyes.toString()})();
    const { eyes } = globalThis;
    delete globalThis.eyes;
    eyes.setHints(${JSON.stringify(CARD_HINTS)});
    (${installScribe.toString()})(eyes, send, ${selectorsOf.toString()}, ${looksLikeCard.toString()});
  })()`);
}

/** Child indexes from the main frame down, as Recorder counts them. */
function pathOf(frame: Frame): readonly number[] {
  const path: number[] = [];
  for (let at: Frame | null = frame; at; at = at.parentFrame()) {
    const parent = at.parentFrame();
    if (parent) path.unshift(Math.max(0, parent.childFrames().indexOf(at)));
  }
  return path;
}

/** A navigation soon after an act is its consequence; one out of nothing was typed into the address bar. */
function follow(page: Page, navigated: (url: string, asked: boolean) => void): void {
  let first = true;
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame() || !/^https?:/.test(frame.url())) return;
    navigated(frame.url(), first);
    first = false;
  });
}

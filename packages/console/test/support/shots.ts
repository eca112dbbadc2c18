import { chromium } from 'playwright-core';
import { consoleDirectory } from '../../src/index.ts';
import { DeskServer, TOKEN } from './desk-server.ts';
import { alertOnly, clean, halted, halting, resuming, severalShops, silent } from './scenes.ts';

/**
 * Takes a picture of every state: `node --conditions=source packages/console/test/support/shots.ts OUT [part of a name]`.
 * Needs a build.
 */
const [out = '/tmp/console-shots', only = ''] = process.argv.slice(2);
const VIEWS = [
  { name: 'desktop', width: 1360, height: 900, scheme: 'light' },
  { name: 'phone', width: 390, height: 844, scheme: 'light' },
  { name: 'dark', width: 1360, height: 900, scheme: 'dark' },
] as const;

const SCENES = { clean, silent, alertOnly, halting, halted, resuming, severalShops } as const;
const first = clean();
const server = await new DeskServer(consoleDirectory, first.snapshot, first.bodies).start();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const shot = async (
  name: string,
  view: (typeof VIEWS)[number],
  locale: string,
  act?: 'lost' | 'refused' | 'dialog' | 'signin',
) => {
  const file = `${name}-${view.name}-${locale.slice(0, 2)}`;
  if (!file.includes(only)) return;
  const page = await browser.newPage({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.scheme,
    locale,
    reducedMotion: 'reduce',
  });
  page.on('console', (line) => line.type() === 'error' && console.error(file, line.text()));
  page.on('pageerror', (error) => console.error(file, error.message));
  await page.goto(act === 'signin' ? `${server.url}/` : `${server.url}/#token=${TOKEN}`);
  if (act === 'signin') await page.locator('form').waitFor();
  else await page.locator('.live-mark.is-live').waitFor();
  if (act === 'lost') {
    server.cutStreams(true);
    await page.locator('.lost-banner').waitFor();
  }
  if (act === 'dialog') await page.locator('.button.halt').first().click();
  if (act === 'refused') {
    await page.locator('.verdict-of-gate .button.quiet').click();
    await page.locator('input[name=person]').fill('山田 花子');
    await page.locator('textarea[name=reason]').fill('assets/payment.js を封印の版に戻しました');
    await page.locator('.resume button[type=submit]').click();
    await page.locator('.resume .refusal').waitFor();
  }
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${out}/${file}.png`, fullPage: act !== 'dialog' });
  await page.screenshot({ path: `${out}/${file}-fold.png` });
  await page.close();
  server.cutStreams(false);
};
server.onPost = () => ({
  status: 409,
  body: {
    kind: 'refused',
    reason: {
      en: 'The check made just now found tampering: assets/payment.js is still not as sealed. Restore it, then try again.',
      ja: 'たった今の点検で改ざんが見つかりました。assets/payment.js がまだ封印の内容と異なります。元に戻してから、もう一度お試しください。',
    },
  },
});
for (const view of VIEWS) {
  for (const locale of ['ja-JP', 'en-GB']) {
    for (const [name, make] of Object.entries(SCENES)) {
      const scene = make();
      server.show(scene.snapshot, scene.bodies);
      await shot(name, view, locale);
      if (name === 'clean') await shot('dialog', view, locale, 'dialog');
      if (name === 'clean') await shot('signin', view, locale, 'signin');
      if (name === 'halted') await shot('refused', view, locale, 'refused');
      if (name === 'halted') await shot('lost', view, locale, 'lost');
    }
  }
}
await browser.close();
await server.stop();

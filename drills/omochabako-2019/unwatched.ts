import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Crowd } from '../lib/customer.ts';
import type { Voice } from '../lib/say.ts';
import { openKomainu, type ShopStage } from '../lib/stage.ts';
import type { Attack } from './attack.ts';
import { FAKE_IMAGE, FAKE_IMAGE_HEAD } from './attack/server-side.ts';

/**
 * First without a guard, so that the attack is known to be a real one: a customer who has bought before loses a card
 * to the fake picture, and the probe, a stranger each time, sees a page that is as it was. Then everything is put back.
 */
export async function harmUnwatched(stage: {
  readonly shop: ShopStage;
  readonly crowd: Crowd;
  readonly attack: Attack;
  readonly voice: Voice;
  readonly port: number;
  readonly depth?: 'one' | undefined;
}): Promise<void> {
  const { shop, crowd, attack, voice, port, depth } = stage;
  voice.scene('·  Without a guard', '・　番人がいないとき');
  const alone = openKomainu(shop, { port, ...(depth ? { depth } : {}) });
  const baseline = join(shop.dir, 'baseline.json');
  const check = (...more: readonly string[]) =>
    alone.run('check', '--config', alone.config, '--report', join(shop.dir, 'unwatched.html'), ...more);
  await check('--approve', baseline, '--by', 'drill');

  const returning = await crowd.customer();
  await returning.toPayment();
  await returning.toConfirm('bank-transfer');
  await returning.placeOrder();
  await attack.strike();
  await returning.toPayment();
  for (const [name, value] of [
    ['n', '9999000000000004'],
    ['e', '12/39'],
    ['c', '123'],
    ['h', 'HANA SATO'],
  ] as const)
    await returning.page.locator(`input[name=${name}]`).fill(value);
  await returning.page.locator('#method-card').check();
  await returning.page.locator('#to-confirm').click();
  await returning.page.waitForURL('**notice=token');
  const loot = readFileSync(join(shop.site, FAKE_IMAGE)).subarray(FAKE_IMAGE_HEAD.length).toString();
  voice.expect(
    Buffer.from(loot, 'base64').toString().startsWith('9999000000000004|'),
    'a returning customer’s card lies in the fake picture',
    '再来店のお客様のカードが偽の画像に書き込まれた',
  );
  const page = await check('--baseline', baseline);
  voice.expect(
    page.code === 0,
    `the page looks untouched to a first-time visitor (check: exit ${page.code})`,
    `初めての訪問者には元のページのまま（検査の終了コード ${page.code}）`,
  );
  await returning.close();
  attack.undo();
  rmSync(join(shop.site, FAKE_IMAGE), { force: true });
}

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, parseJourney, type ProbeBrowser, recordJourney } from '../src/index.ts';
import { looksLikeCard } from '../src/record/screen.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

let browser: ProbeBrowser;
let shop: Site;
let provider: Site;
beforeAll(async () => {
  [browser, shop, provider] = await Promise.all([
    openBrowser(),
    startSite('127.0.0.151'),
    startSite('127.0.0.152'),
  ]);
});
afterAll(async () => {
  await browser.close();
  await shop.close();
  await provider.close();
});

/** A card nobody has: the range belongs to no issuer and never can. */
const CARD = '9999000000000004';
const VALID = '4929000000006';

test('a run of digits that passes the check is told, apart or not; others are not', () => {
  for (const text of [
    VALID,
    `x${VALID}y`,
    '4929 0000 0000 6',
    '4929-0000-00006',
    `０${VALID}`,
    '１４９２９０００００００06',
  ])
    expect([text, looksLikeCard(text)]).toEqual([text, true]);
  for (const text of ['', '1234', '2026-11-22T12:00', '090-1234-5678', '1000000000000000', 'a'.repeat(5_000)])
    expect([text, looksLikeCard(text)]).toEqual([text, false]);
});

const ADDRESS = `<html lang="ja"><h1>お届け先</h1><form method="get" action="/pay">
<table><tr><th>お名前</th><td><input id="n1" name="name01"><input id="n2" name="name02"></td></tr>
<tr><th>フリガナ</th><td><input name="kana01" id="k1"><input name="kana02" id="k2"></td></tr></table>
<label>郵便番号<input name="zip" autocomplete="postal-code"></label><label>都道府県<select name="pref"><option value="">-<option value="13">東京都</select></label>
<label>電話<input name="tel01" size="4"></label><input name="tel02" aria-label="電話 2"><input name="tel03" aria-label="電話 3">
<label>メール<input name="email"></label><label>備考<input name="memo"></label>
<p><label class="terms"><input type="checkbox" name="ok" style="opacity:0;position:absolute;left:0">規約に同意する</label></p><x-button></x-button></form>
<script>customElements.define('x-button', class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<button id="inner">お支払いへ</button>'; this.shadowRoot.querySelector('button').onclick = () => document.forms[0].requestSubmit(); } })</script>`;
const fields =
  () => `<label>カード番号<input id="num" autocomplete="cc-number"></label><label>有効期限<input id="exp" placeholder="MM/YY"></label><label>セキュリティコード<input id="cvc"></label>
<script>document.addEventListener('change', (e) => fetch('/typed?' + e.target.id + '=' + encodeURIComponent(e.target.value)))</script>`;

async function person(page: Page): Promise<void> {
  await page.locator('#n1').pressSequentially('山田');
  await page.locator('#n2').pressSequentially('太郎');
  await page.locator('#k1').pressSequentially('やまだ');
  await page.locator('#k2').pressSequentially('たろう');
  await page.locator('[name=zip]').pressSequentially('1500001');
  await page.locator('[name=pref]').selectOption('13');
  await page.locator('[name=tel01]').pressSequentially('03');
  await page.locator('[name=tel02]').pressSequentially('1234');
  await page.locator('[name=tel03]').pressSequentially('5678');
  await page.locator('[name=email]').pressSequentially('taro.yamada@private.test');
  // Into the wrong field, as people do.
  await page.locator('[name=memo]').pressSequentially(VALID);
  await page.locator('.terms').click();
  await page.locator('#inner').click();
  await page.waitForURL('**/pay?*');
  await page.locator('label', { hasText: 'クレジットカード' }).click();
  const frame = page.frameLocator('iframe[title=card]');
  await frame.locator('#num').pressSequentially(CARD);
  await frame.locator('#exp').pressSequentially('12/39');
  await frame.locator('#cvc').pressSequentially('987');
  await frame.locator('#num').focus();
  await page.locator('#review').click();
}

describe('what a person does', () => {
  test('becomes a journey that walks again, with nothing of the card or the person in it', async () => {
    provider.pages['/fields'] = fields();
    shop.pages['/address'] = ADDRESS;
    shop.pages['/pay'] = (_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<html lang="ja"><h1>お支払い方法</h1><label><input type="radio" name="m" value="cod" checked>代金引換</label><label><input type="radio" name="m" value="card">クレジットカード</label>
<iframe src="data:text/html,ad" title="ad"></iframe><iframe title="card" src="${provider.origin}/fields" width="400" height="200"></iframe><button id="review" type="button" onclick="fetch('/reviewed')">確認画面へ</button>`);
    };
    const { journey, notes } = await recordJourney({
      address: `${shop.origin}/address`,
      signal: new AbortController().signal,
      drive: person,
    });
    const json = JSON.stringify(journey);
    for (const secret of [
      CARD,
      VALID,
      '12/39',
      '987',
      '山田',
      '太郎',
      'やまだ',
      '1500001',
      'taro.yamada',
      '5678',
    ])
      expect([secret, json.includes(secret)]).toEqual([secret, false]);
    expect(journey.steps.flatMap((step) => (step.type === 'change' ? [step.value] : []))).toEqual([
      '{{shopper.familyName}}',
      '{{shopper.givenName}}',
      '{{shopper.familyHiragana}}',
      '{{shopper.givenHiragana}}',
      '{{shopper.postcodeDigits}}',
      '13',
      '{{shopper.phone1}}',
      '{{shopper.phone2}}',
      '{{shopper.phone3}}',
      '{{shopper.email}}',
      '{{canary.number}}',
      '{{canary.number}}',
      '{{canary.expiry}}',
      '{{canary.code}}',
    ]);
    expect(journey.steps[0]).toMatchObject({ type: 'navigate', url: '{{origin}}/address' });
    const card = journey.steps.find((step) => 'role' in step && step.role === 'choose-card');
    expect(card).toMatchObject({ type: 'click' });
    // Several names each, through the shadow root and down to the frame.
    const shadow = journey.steps.find(
      (step) => step.type === 'click' && json && JSON.stringify(step.selectors).includes('#inner'),
    );
    expect(shadow).toMatchObject({ assertedEvents: [{ type: 'navigation' }] });
    expect(shadow && 'selectors' in shadow && shadow.selectors).toContainEqual(['x-button', '#inner']);
    const number = journey.steps.findLast(
      (step) => step.type === 'change' && step.value === '{{canary.number}}',
    );
    expect(number).toMatchObject({ frame: [1] });
    expect(number && 'selectors' in number && number.selectors?.length).toBeGreaterThan(2);
    expect(notes).toEqual([]);

    const parsed = parseJourney(JSON.parse(json), 'recorded');
    if (parsed.kind !== 'ok') throw new Error(parsed.message.en);
    const again = await run(browser, pageOf(`${shop.origin}/pay`), parsed.journey);
    expect(again.recording.failure).toBeNull();
    const typed = provider.got('/typed').map(({ url }) => decodeURIComponent(url));
    expect(typed).toContain(`/typed?num=${again.canary.card.number}`);
    expect(shop.got('/reviewed').length).toBe(2);
    expect(again.recording.visit.journey.chooseCard).toBeGreaterThan(5);
  });

  test('a password is not kept, and what is missing is said', async () => {
    shop.pages['/login'] =
      '<label>合言葉<input type="password" id="p"></label><button id="b" type="button">進む</button>';
    const { journey, notes } = await recordJourney({
      address: `${shop.origin}/login`,
      signal: new AbortController().signal,
      drive: async (page) => {
        await page.locator('#p').pressSequentially('hunter2');
        await page.locator('#b').click();
      },
    });
    expect(JSON.stringify(journey)).not.toContain('hunter2');
    expect(notes.map(({ en }) => en.slice(0, 24))).toEqual([
      'A password was typed: it',
      'No card field was filled',
      'No step was recognised a',
    ]);
  });

  test('a page cannot write into the recording', async () => {
    shop.pages['/hostile'] = `<button id="b">進む</button><script>
for (const key of Object.getOwnPropertyNames(window)) if (/^k[0-9a-f]{24}$/.test(key)) try { window[key]({ kind: 'change' }); document.title = 'found'; } catch {}
document.querySelector('#b').dispatchEvent(new MouseEvent('click', { bubbles: true }));</script>`;
    const titles: string[] = [];
    const { journey } = await recordJourney({
      address: `${shop.origin}/hostile`,
      signal: new AbortController().signal,
      drive: async (page) => void titles.push(await page.title()),
    });
    expect([titles, journey.steps.length]).toEqual([[''], 1]);
  });
});

import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from './runner.ts';
import { openShop, type Running, shopper } from './support.ts';

const copy = mkdtempSync(join(tmpdir(), 'komorebi-site-'));
let running: Running;
let origin = '';

/** A browser without scripts: keeps cookies, follows the redirects by hand. */
function visitor(language = 'ja') {
  const jar = new Map<string, string>();
  const send = async (path: string, form?: Readonly<Record<string, string>>) => {
    const response = await fetch(`${origin}${path}`, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        'accept-language': language,
        cookie: [...jar].map(([key, value]) => `${key}=${value}`).join('; '),
        ...(form === undefined ? {} : { origin }),
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (key !== undefined && value !== undefined) jar.set(key, value);
    }
    return {
      status: response.status,
      to: response.headers.get('location') ?? '',
      headers: response.headers,
      text: await response.text(),
    };
  };
  return { send, jar };
}
const variantOf = (text: string) => /name="variant" value="(\d+)"/.exec(text)?.[1] ?? '';

async function toPayment(
  person: ReturnType<typeof visitor>,
  form: Readonly<Record<string, string>> = shopper,
) {
  const product = await person.send('/products/vat-miso');
  await person.send('/products/vat-miso', { variant: variantOf(product.text), quantity: '2' });
  return person.send('/checkout', form);
}

before(async () => {
  cpSync(fileURLToPath(new URL('../site', import.meta.url)), copy, { recursive: true });
  running = await openShop({ SHOP_SITE: copy });
  origin = running.shop.ready.storefront;
});
after(async () => {
  await running?.stop();
  rmSync(copy, { recursive: true, force: true });
});

describe('the storefront', () => {
  it('speaks the visitor’s language and remembers a choice', async () => {
    assert.match((await visitor('ja').send('/')).text, /季節の野菜セット/);
    const english = visitor('en-GB,en;q=0.9,ja;q=0.5');
    assert.match((await english.send('/')).text, /Seasonal vegetable box/);
    await english.send('/?lang=ja');
    assert.match((await english.send('/')).text, /<html lang="ja">/);
  });

  it('lists every page of a shop one would buy in', async () => {
    const person = visitor();
    for (const path of [
      '/',
      '/?category=pantry',
      '/makers',
      '/products/cherry-blocks',
      '/cart',
      '/sign-in',
      '/register',
      '/info/law',
      '/info/privacy',
      '/info/delivery',
      '/info/about',
    ]) {
      assert.equal((await person.send(path)).status, 200, path);
    }
    for (const path of [
      '/nothing',
      '/products/nothing',
      '/info/constructor',
      '/thanks/XXXX',
      '/assets/../pages/home.js',
      '/uploads/%2e%2e/pages/home.js',
    ]) {
      assert.equal((await person.send(path)).status, 404, path);
    }
  });

  it('guards the payment page by headers, and caches nothing', async () => {
    const person = visitor();
    assert.equal((await toPayment(person)).to, '/checkout/payment');
    const page = await person.send('/checkout/payment');
    const policy = page.headers.get('content-security-policy') ?? '';
    const { provider, analytics, chat } = running.shop.ready;
    const nonce = /<script nonce="([^"]+)"/.exec(page.text)?.[1] ?? '?';
    for (const part of [
      `'nonce-${nonce}'`,
      `frame-src ${provider} ${chat}`,
      `connect-src 'self' ${analytics}`,
      'img-src *',
      `form-action 'self'`,
    ]) {
      assert.ok(policy.includes(part), part);
    }
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(page.headers.get('cache-control'), 'no-store');
    assert.equal((await person.send('/assets/payment.js')).headers.get('cache-control'), 'no-store');
  });

  it('sells to a guest by cash on delivery, and shows the order', async () => {
    const person = visitor();
    await toPayment(person);
    assert.equal((await person.send('/checkout/payment', { method: 'cod' })).to, '/checkout/confirm');
    assert.match((await person.send('/checkout/confirm')).text, /代金引換/);
    const placed = await person.send('/checkout/confirm', {});
    assert.match(placed.to, /^\/thanks\/\w+$/);
    const thanks = await person.send(placed.to);
    assert.match(thanks.text, /¥3,220/);
    assert.equal((await person.send('/cart')).text.includes('to-checkout'), false);
  });

  it('keeps a member’s orders', async () => {
    const person = visitor();
    const registered = await person.send('/register', {
      ...shopper,
      email: 'new@example.com',
      password: 'long enough',
    });
    assert.equal(registered.to, '/account');
    assert.equal((await toPayment(person, { ...shopper, email: '' })).to, '/checkout/payment');
    await person.send('/checkout/payment', { method: 'bank-transfer' });
    const { to } = await person.send('/checkout/confirm', {});
    assert.ok((await person.send('/account')).text.includes(to.slice('/thanks/'.length)));
    await person.send('/sign-out', {});
    assert.equal((await person.send('/account')).to, '/sign-in?next=/account');
    assert.equal(
      (await person.send('/sign-in', { email: 'new@example.com', password: 'wrong' })).status,
      401,
    );
  });

  it('lets a customer change the basket after seeing the payment page', async () => {
    const person = visitor();
    await toPayment(person);
    const product = await person.send('/products/native-sencha');
    await person.send('/products/native-sencha', { variant: variantOf(product.text), quantity: '1' });
    assert.match((await person.send('/cart')).text, /在来の煎茶/);
    assert.equal((await person.send('/checkout/payment')).to, '/checkout');
  });

  it('shows hostile input as text, and refuses foreign forms', async () => {
    const person = visitor();
    const hostile = '"><script>alert(1)</script>';
    await toPayment(person, { ...shopper, familyName: hostile, city: hostile });
    await person.send('/checkout/payment', { method: 'cod' });
    assert.equal((await person.send('/checkout/confirm')).text.includes('<script>alert'), false);
    const foreign = await fetch(`${origin}/checkout`, {
      method: 'POST',
      headers: { origin: 'http://127.0.0.99' },
      body: 'a=1',
    });
    assert.equal(foreign.status, 403);
    const wrong = await toPayment(visitor(), { ...shopper, postcode: '1', prefecture: hostile });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.text.includes('<script>alert'), false);
  });

  it('refuses a card without a token and a method that is not offered', async () => {
    const person = visitor();
    await toPayment(person);
    assert.equal(
      (await person.send('/checkout/payment', { method: 'card', card_token: '4111' })).to,
      '/checkout/payment?notice=token',
    );
    assert.equal(
      (await person.send('/checkout/payment', { method: 'gold' })).to,
      '/checkout/payment?notice=choose',
    );
  });
});

describe('a file altered on disk', () => {
  it('is live at once: page, helper and asset; a broken one harms nothing but itself', async () => {
    const person = visitor();
    const words = join(copy, 'pages/_words.js');
    writeFileSync(words, readFileSync(words, 'utf8').replace('六つのつくり手', '七つのつくり手'));
    assert.match((await person.send('/makers')).text, /七つのつくり手/);

    const home = join(copy, 'pages/home.js');
    const original = readFileSync(home, 'utf8');
    writeFileSync(home, original.replace('class="hero"', 'class="hero" data-altered="1"'));
    assert.match((await person.send('/')).text, /data-altered="1"/);

    writeFileSync(home, 'export const route = ');
    assert.equal((await person.send('/')).status, 500);
    assert.equal((await person.send('/makers')).status, 200);
    writeFileSync(home, original);
    assert.equal((await person.send('/')).status, 200);

    appendFileSync(join(copy, 'assets/payment.js'), '\n// altered\n');
    assert.match((await person.send('/assets/payment.js')).text, /altered/);
  });
});

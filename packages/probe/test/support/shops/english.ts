import { testShop, type TestShop } from './kit.ts';

const frame = (
  body: string,
): string => `<!doctype html><html lang="en"><head><title>Plain Goods</title><script src="/cdn/shop/t.js"></script></head><body>
<header><a href="/">Plain Goods</a> <a href="/account/login">Sign in</a> <a href="/cart">Cart</a></header>${body}<footer><form action="/newsletter" method="post"><label>Newsletter <input type="email" name="email" placeholder="Your email"></label><button>Subscribe</button></form></footer></body></html>`;
const input = (id: string, label: string, auto: string): string =>
  `<div class="field"><label for="${id}">${label}</label><input id="${id}" name="checkout[${id}]" autocomplete="${auto}" required></div>`;

/** In English, step by step: contact and address, delivery, payment; the card in the page itself, month and year apart. */
export const english = (host: string): Promise<TestShop> =>
  testShop(
    host,
    {
      '/': () => '<h1>Plain Goods</h1><a href="/collections/all">Shop all</a>',
      '/collections/all': () =>
        '<h1>All products</h1><div class="grid"><div class="card"><h3><a href="/products/mug">Mug</a></h3><span>$14.00</span></div><div class="card"><h3><a href="/products/pin">Pin</a></h3><span>$4.50</span></div><div class="card"><h3><a href="/products/cap">Cap</a></h3><span>Sold out $2.00</span></div></div>',
      '/products/pin': ({ form, session }) => {
        if (form) session['cart'] = form.get('size') ?? '';
        return form
          ? { go: '/cart' }
          : '<h1>Pin</h1><p>$4.50</p><form action="/products/pin" method="post"><fieldset><legend>Size</legend><input type="radio" name="size" value="S" id="s"><label for="s">Small</label><input type="radio" name="size" value="L" id="l"><label for="l">Large</label></fieldset><button type="submit">Add to cart</button><button type="button">Buy with PayPal</button></form>';
      },
      '/cart': ({ session }) =>
        session['cart'] === undefined
          ? '<h1>Your cart</h1><p>Your cart is currently empty.</p><a href="/collections/all">Continue shopping</a>'
          : '<h1>Your cart</h1><p>Pin $4.50</p><form action="/checkout"><a href="/collections/all">Continue shopping</a><button name="checkout">Check out</button></form>',
      '/checkout': ({ session, form }) => {
        if (session['cart'] === undefined) return { go: '/cart' };
        if (form) {
          session['given'] = '1';
          return { go: '/checkout/shipping' };
        }
        return `<h2>Contact</h2><form method="post" action="/checkout"><div><button type="button">Shop Pay</button><button type="button">PayPal</button></div>${input('email', 'Email', 'email')}<label><input type="checkbox" name="news" checked> Email me with news and offers</label>
<h2>Shipping address</h2><div class="field"><label for="country">Country/Region</label><select id="country" name="checkout[country]" autocomplete="country"><option value="US" selected>United States</option><option value="JP">Japan</option></select></div>${input('first', 'First name', 'given-name')}${input('last', 'Last name', 'family-name')}${input('address1', 'Address', 'address-line1')}<div class="field"><label for="apt">Apartment, suite, etc. (optional)</label><input id="apt" name="checkout[address2]" autocomplete="address-line2"></div>${input('city', 'City', 'address-level2')}
<div class="field"><label for="state">State</label><select id="state" name="checkout[province]" autocomplete="address-level1" required><option value="">Select…</option><option value="CA">California</option><option value="NY">New York</option></select></div>${input('zip', 'ZIP code', 'postal-code')}${input('phone', 'Phone', 'tel')}
<a href="/cart">Return to cart</a><button type="submit">Continue to shipping</button></form>
<script>document.querySelector('#country').onchange = (e) => { if (e.target.value === 'JP') { state.innerHTML = '<option value="">Select…</option><option value="JP-01">Hokkaidō</option><option value="JP-13">Tōkyō</option>'; document.querySelector('label[for=state]').textContent = 'Prefecture'; } }</script>`;
      },
      '/checkout/shipping': ({ form }) =>
        form
          ? { go: '/checkout/payment' }
          : '<h2>Shipping method</h2><form method="post" action="/checkout/shipping"><label><input type="radio" name="rate" value="std" checked> Standard $5.00</label><label><input type="radio" name="rate" value="exp"> Express $20.00</label><a href="/checkout">Return to information</a><button>Continue to payment</button></form>',
      '/checkout/payment': ({ session }) =>
        session['given'] === undefined
          ? { go: '/checkout' }
          : `<h2>Payment</h2><form method="post" action="/checkout/done"><label><input type="radio" name="pay" value="card" checked> Credit card</label><label><input type="radio" name="pay" value="pp"> PayPal</label>
<div class="field"><label for="number">Card number</label><input id="number" name="number"></div><div class="field"><label for="name">Name on card</label><input id="name" name="name"></div><div class="field"><label for="mm">Expiration month</label><select id="mm" name="exp_month"><option value="">MM</option>${Array.from({ length: 12 }, (_, at) => `<option value="${at + 1}">${at + 1}</option>`).join('')}</select></div><div class="field"><label for="yy">Expiration year</label><select id="yy" name="exp_year"><option value="">YYYY</option>${Array.from({ length: 12 }, (_, at) => `<option>${new Date().getFullYear() + at}</option>`).join('')}</select></div><div class="field"><label for="cvv">Security code</label><input id="cvv" name="cvv" maxlength="4"></div><button>Pay now</button></form>
<script>document.forms[0].onsubmit = (e) => { e.preventDefault(); fetch('/pay/token', { method: 'POST', body: number.value }).then((r) => r.ok && e.target.submit()); }</script>`,
      '/checkout/done': () => '<h1>Thank you</h1>',
      '/newsletter': () => '<h1>Subscribed</h1>',
      '/pay/token': () => '<!--part-->{"token":"t"}',
    },
    frame,
    '/checkout/done',
  );

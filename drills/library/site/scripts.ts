import { js } from '../behaviour.ts';
import { SHOP_KEY, type Site } from './site.ts';

export const styles = `body{font:16px/1.6 sans-serif;margin:0 auto;max-width:760px;padding:0 16px}
label{display:block;margin:8px 0}input{display:block;width:100%;font:inherit;padding:6px;box-sizing:border-box}
fieldset{border:1px solid #cdd;margin:0 0 12px}.button{display:inline-block;background:#285;color:#fff;padding:10px 24px;border:0}
.error{color:#b00}#card-area{position:relative}table{width:100%}footer{margin-top:32px}`;

/** On every page: how much is in the cart. */
export const shopScript = js`(function () {
  'use strict';
  var cart = JSON.parse(localStorage.getItem('cart') || '{"items":2}');
  var count = document.getElementById('cart-count');
  if (count) count.textContent = String(cart.items);
  localStorage.setItem('cart', JSON.stringify(cart));
})();`;

/** The payment page's own script: the card goes to the provider, the order with its token to the shop. */
export const directPayment = js`(function () {
  'use strict';
  var form = document.getElementById('checkout');
  var error = document.getElementById('payment-error');
  var value = function (id) { return document.getElementById(id).value; };
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    error.hidden = true;
    WakabaPay.createToken({
      number: value('cc-number'), expiry: value('cc-exp'), code: value('cc-csc'), holder: value('cc-name'),
    }).then(function (token) {
      var order = FormKit.collect(form, ['family_name', 'family_kana', 'postal_code', 'address', 'email']);
      order.token = token;
      return fetch('/checkout/order', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      });
    }).then(function (answer) { return answer.json(); }).then(function (answer) {
      location.assign(answer.next);
    }).catch(function () {
      error.textContent = 'カードをご利用いただけませんでした。入力内容をご確認ください。';
      error.hidden = false;
    });
  });
})();`;

/** The provider's script where the shop keeps the card fields: it sends the card to the provider, with the shop's key. */
export const providerSdk = (origins: Site['origins']): string => js`(function () {
  'use strict';
  window.WakabaPay = {
    createToken: function (card) {
      return fetch('${origins.pay}/v1/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key: '${SHOP_KEY}', card: card }),
      }).then(function (answer) {
        if (!answer.ok) throw new Error('declined');
        return answer.json();
      }).then(function (answer) { return answer.token; });
    },
  };
})();`;

/** The shared library of forms, from the CDN. */
export const formKit = js`/*! form-kit 2.1.0 */
(function (root) {
  'use strict';
  root.FormKit = {
    collect: function (form, names) {
      var out = {};
      names.forEach(function (name) {
        var field = form.elements.namedItem(name);
        if (field) out[name] = field.value;
      });
      return out;
    },
    on: function (element, type, listener) { element.addEventListener(type, listener); },
  };
})(window);`;

/** The approved analytics: page views now, a summary when the page is left. */
export const analytics = (origins: Site['origins']): string => js`(function () {
  'use strict';
  var property = new URL(document.currentScript.src).searchParams.get('id');
  var client = localStorage.getItem('_st') || String(Math.floor(Math.random() * 1e10)) + '.' + Math.floor(Date.now() / 1000);
  localStorage.setItem('_st', client);
  var clicks = 0;
  var send = function (event, more) {
    var q = new URLSearchParams(Object.assign({ tid: property, cid: client, en: event, dl: location.href, sr: screen.width + 'x' + screen.height }, more));
    navigator.sendBeacon('${origins.stats}/collect?' + q);
  };
  addEventListener('click', function () { clicks += 1; });
  addEventListener('pagehide', function () { send('leave', { clicks: String(clicks) }); });
  window.stat = send;
  send('page_view', { dt: document.title });
})();`;

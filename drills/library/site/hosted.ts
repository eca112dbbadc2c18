import { js } from '../behaviour.ts';
import { directFields } from './pages.ts';
import { SHOP_KEY, type Site } from './site.ts';

/** The provider's script where the provider keeps the card fields: a frame, asked by message to make a token. */
export const hostedSdk = (origins: Site['origins']): string => js`(function () {
  'use strict';
  var frame = document.createElement('iframe');
  frame.id = 'card-frame';
  frame.title = 'カード情報';
  frame.style.cssText = 'border:0;width:100%;height:320px';
  frame.src = '${origins.pay}/v1/fields?key=${SHOP_KEY}';
  document.querySelector('[data-pay=card]').append(frame);
  window.WakabaPay = {
    createToken: function () {
      return new Promise(function (resolve, reject) {
        addEventListener('message', function heard(event) {
          if (event.origin !== '${origins.pay}' || event.source !== frame.contentWindow) return;
          removeEventListener('message', heard);
          if (event.data.token) resolve(event.data.token);
          else reject(new Error('declined'));
        });
        frame.contentWindow.postMessage({ kind: 'tokenise' }, '${origins.pay}');
      });
    },
  };
})();`;

export const hostedPayment = js`(function () {
  'use strict';
  var form = document.getElementById('checkout');
  var error = document.getElementById('payment-error');
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    error.hidden = true;
    WakabaPay.createToken().then(function (token) {
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

/** The provider's own document in the frame. */
export const hostedFrame = `<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>カード情報</title>
<style>body{font:16px/1.6 sans-serif;margin:0}label{display:block;margin:8px 0}input{display:block;width:100%;font:inherit;padding:6px;box-sizing:border-box}</style></head>
<body><form onsubmit="return false">${directFields}</form>
<script>(function () {
  'use strict';
  var value = function (id) { return document.getElementById(id).value; };
  addEventListener('message', function (event) {
    if (event.source !== parent || event.data.kind !== 'tokenise') return;
    fetch('/v1/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: '${SHOP_KEY}', card: { number: value('cc-number'), expiry: value('cc-exp'), code: value('cc-csc'), holder: value('cc-name') } }),
    }).then(function (answer) {
      if (!answer.ok) throw new Error('declined');
      return answer.json();
    }).then(function (answer) { event.source.postMessage(answer, event.origin); }, function () {
      event.source.postMessage({ error: 'declined' }, event.origin);
    });
  });
})();</script></body></html>`;

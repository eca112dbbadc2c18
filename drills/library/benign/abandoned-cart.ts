import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'abandoned-cart',
  why: 'Sends the mail address as soon as it is written, so that a reminder can follow: nosy, and no card data.',
  base: 'direct',
  install: (site) => {
    site.serve('cdn/remind/identify', { status: 204 });
    site.external(
      'cdn/remind/remind.js',
      js`document.getElementById('email').addEventListener('change', function (e) {
  if (/@/.test(e.target.value)) fetch('${site.origins.cdn}/remind/identify', { method: 'POST', mode: 'no-cors', body: JSON.stringify({ email: e.target.value, cart: localStorage.getItem('cart') }) });
});`,
    );
  },
  proof: (arrived) => at(arrived, 'cdn', '/remind/identify').some(({ body }) => body.includes('@example.jp')),
});

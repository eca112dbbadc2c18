import { randomBytes } from 'node:crypto';
import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'csrf-rotating',
  why: 'Every page and every answer brings a new token against forged requests, which the next call sends back: opaque, and another each time.',
  base: 'direct',
  install: (site) => {
    const token = (): string => randomBytes(24).toString('base64url');
    site.alter('shop/checkout/payment', (html) =>
      html.replace('<head>', `<head><meta name="csrf" content="${token()}">`),
    );
    site.serve('shop/checkout/touch', () => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ csrf: token() }),
    }));
    site.append(js`(function () {
  var meta = document.querySelector('meta[name=csrf]');
  document.getElementById('checkout').addEventListener('change', function () {
    fetch('/checkout/touch', { method: 'POST', headers: { 'x-csrf-token': meta.content } }).then(function (r) { return r.json(); }).then(function (a) { meta.content = a.csrf; });
  });
})();`);
  },
  proof: (arrived) =>
    new Set(at(arrived, 'shop', '/checkout/touch').map(({ headers }) => headers['x-csrf-token'])).size > 1,
});

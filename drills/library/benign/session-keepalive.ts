import { randomBytes } from 'node:crypto';
import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'session-keepalive',
  why: 'While keys are pressed the session is kept alive, with a cookie the server renews every time.',
  base: 'direct',
  install: (site) => {
    site.serve('shop/session/extend', () => ({
      status: 204,
      headers: { 'set-cookie': `sid=${randomBytes(16).toString('hex')}; Path=/; HttpOnly` },
    }));
    site.append(js`(function () {
  var last = 0;
  addEventListener('keydown', function () {
    if (performance.now() - last < 500) return;
    last = performance.now();
    fetch('/session/extend', { method: 'POST' });
  });
})();`);
  },
  proof: (arrived) => at(arrived, 'shop', '/session/extend').length > 0,
});

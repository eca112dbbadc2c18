import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'captcha-blob',
  why: 'A test for robots collects mouse paths and key times, encrypts them with a random key and posts an opaque text on the click that pays, as well-known ones do.',
  base: 'direct',
  install: (site) => {
    site.serve('cdn/captcha/verify', { status: 204 });
    site.external(
      'cdn/captcha/api.js',
      js`(function () {
  var path = [];
  addEventListener('mousemove', function (e) { path.push(e.clientX, e.clientY); });
  addEventListener('keydown', function () { path.push(Math.round(performance.now())); });
  document.getElementById('pay').addEventListener('click', function () {
    var iv = crypto.getRandomValues(new Uint8Array(12));
    crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']).then(function (k) {
      return crypto.subtle.encrypt({ name: 'AES-GCM', iv: iv }, k, new TextEncoder().encode(JSON.stringify({ path: path.slice(-200), ua: navigator.userAgent })));
    }).then(function (b) { fetch('${site.origins.cdn}/captcha/verify', { method: 'POST', mode: 'no-cors', keepalive: true, body: b }); });
  });
})();`,
    );
  },
  proof: (arrived) => at(arrived, 'cdn', '/captcha/verify').some(({ body }) => body.length > 60),
});

import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'fraud-fingerprint',
  why: 'A fraud script of the provider takes a canvas, fonts, screen and clock, and sends it encoded with an alphabet of its own: data of the device only.',
  base: 'direct',
  install: (site) => {
    site.serve('pay/v1/device', { status: 204 });
    site.external(
      'pay/v1/risk.js',
      js`(function () {
  var c = document.createElement('canvas'), g = c.getContext('2d');
  g.font = '18px serif'; g.fillText('狛犬 Komainu', 4, 24);
  var data = { c: c.toDataURL().slice(-64), s: [screen.width, screen.height, devicePixelRatio], z: new Date().getTimezoneOffset(), h: navigator.hardwareConcurrency, n: crypto.getRandomValues(new Uint32Array(2)).join('-'), t: Date.now() };
  var out = btoa(JSON.stringify(data)).replace(/[A-Za-z]/g, function (l) { return String.fromCharCode((l <= 'Z' ? 65 : 97) + (l.charCodeAt(0) - (l <= 'Z' ? 65 : 97) + 13) % 26); });
  fetch('${site.origins.pay}/v1/device', { method: 'POST', mode: 'no-cors', body: out });
})();`,
    );
  },
  proof: (arrived) => at(arrived, 'pay', '/v1/device').some(({ body }) => body.length > 100),
});

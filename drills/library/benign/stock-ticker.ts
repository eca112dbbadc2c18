import { randomInt } from 'node:crypto';
import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'stock-ticker',
  why: 'A WebSocket tells how many pieces are left; the page acknowledges each message with its number.',
  base: 'direct',
  install: (site) => {
    site.socket('cdn/stock', (text) =>
      JSON.stringify({ left: randomInt(3, 20), n: text === '' ? 0 : Number(text) + 1 }),
    );
    site.external(
      'cdn/stock.js',
      js`(function () {
  var p = document.createElement('p'), s = new WebSocket('${site.origins.cdn.replace('http', 'ws')}/stock');
  document.querySelector('main').append(p);
  s.onmessage = function (e) { var m = JSON.parse(e.data); p.textContent = '在庫 残り' + m.left + '点'; setTimeout(function () { if (s.readyState === 1) s.send(String(m.n)); }, 250); };
})();`,
    );
  },
  proof: (arrived) => at(arrived, 'cdn', '/stock').length > 0 && arrived.frames.length > 0,
});

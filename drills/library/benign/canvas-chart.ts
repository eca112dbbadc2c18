import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'canvas-chart',
  why: 'Draws a chart of points on a canvas and uploads a picture of it for the receipt: opaque bytes that have nothing to do with the card.',
  base: 'direct',
  install: (site) => {
    site.serve('shop/receipt/chart', { status: 204 });
    site.append(js`(function () {
  var c = document.createElement('canvas'), g = c.getContext('2d');
  c.width = 120; c.height = 40; g.fillStyle = '#285';
  [12, 30, 18, 25].forEach(function (h, i) { g.fillRect(i * 30, 40 - h, 20, h); });
  document.querySelector('main').append(c);
  c.toBlob(function (b) { fetch('/receipt/chart', { method: 'POST', body: b }); });
})();`);
  },
  proof: (arrived) => at(arrived, 'shop', '/receipt/chart').some(({ body }) => body.length > 60),
});

import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'infinite-timers',
  why: 'Timers that never end and animation at every frame: a page that is never quiet.',
  base: 'direct',
  install: (site) => {
    site.serve('shop/tick', { status: 204 });
    site.append(js`(function () {
  var n = 0, bar = document.createElement('div');
  bar.style.cssText = 'height:4px;background:#285;width:0';
  document.querySelector('main').prepend(bar);
  (function draw() { n = (n + 1) % 100; bar.style.width = n + '%'; requestAnimationFrame(draw); })();
  setInterval(function () { bar.dataset.n = n; }, 10);
  (function again() { setTimeout(again, 0); })();
  setTimeout(function () { fetch('/tick'); }, 100);
})();`);
  },
  proof: (arrived) => at(arrived, 'shop', '/tick').length > 0,
});

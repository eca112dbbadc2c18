import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'prefetch-on-hover',
  why: 'Fetches the next page ahead when the pointer comes near a link, and names hosts to connect to.',
  base: 'direct',
  install: (site) =>
    site.everywhere(js`(function () {
  var c = document.createElement('link');
  c.rel = 'preconnect'; c.href = '${site.origins.pay}';
  document.head.append(c);
  document.addEventListener('mouseover', function (e) {
    var a = e.target.closest('a');
    if (!a || a.dataset.p) return;
    a.dataset.p = '1';
    var l = document.createElement('link');
    l.rel = 'prefetch'; l.href = a.href;
    document.head.append(l);
  });
})();`),
  proof: (arrived) => at(arrived, 'shop').some(({ headers }) => headers['sec-purpose'] === 'prefetch'),
});

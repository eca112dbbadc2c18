import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'lazy-images',
  why: 'Pictures are loaded when they come into view, which depends on how far the visitor scrolled.',
  base: 'direct',
  install: (site) => {
    for (const n of [1, 2, 3])
      site.serve(
        `shop/media/item${n}.svg`,
        '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"/>',
      );
    site.markup(
      [1, 2, 3]
        .map((n) => `<img data-src="/media/item${n}.svg" width="80" height="80" alt="おすすめ">`)
        .join(''),
    );
    site.append(js`(function () {
  var seen = new IntersectionObserver(function (list) { list.forEach(function (e) { if (e.isIntersecting && e.target.dataset.src) { e.target.src = e.target.dataset.src; delete e.target.dataset.src; } }); });
  document.querySelectorAll('img[data-src]').forEach(function (i) { seen.observe(i); });
})();`);
  },
  proof: (arrived) => at(arrived, 'shop', '/assets/payment.js').length > 0,
});

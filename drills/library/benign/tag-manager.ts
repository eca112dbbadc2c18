import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'tag-manager',
  why: 'A container loads tags by rules, adds scripts as elements and as text, and pushes events; what it fires depends on the page.',
  base: 'direct',
  install: (site) => {
    site.serve(
      'cdn/conversion.js',
      js`navigator.sendBeacon('${site.origins.stats}/collect?en=conversion&v=' + (window.dataLayer || []).length);`,
    );
    site.external(
      'cdn/tm.js',
      js`(function (w) {
  w.dataLayer = w.dataLayer || [];
  w.dataLayer.push({ event: 'tm.js', at: Date.now() });
  [{ when: 'checkout', src: '${site.origins.cdn}/conversion.js' }, { when: 'checkout', text: "window.dataLayer.push({ event: 'begin_checkout', value: 3920 });" }].forEach(function (tag) {
    if (location.href.indexOf(tag.when) < 0) return;
    var s = document.createElement('script');
    if (tag.src) s.src = tag.src; else s.text = tag.text;
    document.head.append(s);
  });
})(window);`,
    );
  },
  proof: (arrived) => at(arrived, 'stats').some(({ url }) => url.searchParams.get('en') === 'conversion'),
});

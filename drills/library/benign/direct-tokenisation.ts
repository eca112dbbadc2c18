import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'direct-tokenisation',
  why: "The provider's script brings telemetry of its own: a request id and how long the call took, to the provider itself.",
  base: 'direct',
  install: (site) => {
    site.serve('pay/v1/telemetry', { status: 204 });
    site.alter(
      'pay/v1/pay.js',
      (code) => js`${code}
(function () {
  var real = WakabaPay.createToken;
  WakabaPay.createToken = function (card) {
    var id = crypto.randomUUID(), started = performance.now();
    var done = function (state) { navigator.sendBeacon('${site.origins.pay}/v1/telemetry', JSON.stringify({ id: id, state: state, ms: Math.round(performance.now() - started) })); };
    return real.call(this, card).then(function (t) { done('ok'); return t; }, function (e) { done('declined'); throw e; });
  };
})();`,
    );
  },
  proof: (arrived) => at(arrived, 'pay', '/v1/telemetry').length > 0,
});

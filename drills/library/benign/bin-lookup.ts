import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'bin-lookup',
  why: "The provider's own script asks the provider for the brand by the first six digits, as many do to show instalment plans.",
  base: 'direct',
  changed:
    'the provider learns the first six digits before the payment: it does depend on the card, and the approval can say so',
  install: (site) => {
    site.serve('pay/v1/bins', {
      headers: { 'content-type': 'application/json' },
      body: '{"instalments":[1,3,6,12]}',
    });
    site.alter(
      'pay/v1/pay.js',
      (code) => js`${code}
(function () {
  var asked = '';
  document.getElementById('cc-number').addEventListener('input', function (event) {
    var bin = event.target.value.slice(0, 6);
    if (bin.length < 6 || bin === asked) return;
    asked = bin;
    fetch('${site.origins.pay}/v1/bins?bin=' + bin);
  });
})();`,
    );
  },
  proof: (arrived, cards) =>
    at(arrived, 'pay', '/v1/bins').some(({ url }) =>
      cards.some((card) => card.number.startsWith(url.searchParams.get('bin') ?? '-')),
    ),
});

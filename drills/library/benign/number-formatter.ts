import { benign, js } from '../behaviour.ts';

export default benign({
  id: 'number-formatter',
  why: 'Writes the number in groups of four and a slash into the expiry while they are typed; sends nothing.',
  base: 'direct',
  install: (site) => {
    site.external(
      'cdn/cleave/1.6/cleave.min.js',
      js`(function () {
  var number = document.getElementById('cc-number'), expiry = document.getElementById('cc-exp');
  number.addEventListener('input', function () { number.value = number.value.replace(/\D/g, '').slice(0, 16).replace(/(.{4})(?=.)/g, '$1 '); number.dataset.formatted = 'yes'; });
  expiry.addEventListener('input', function () { var d = expiry.value.replace(/\D/g, '').slice(0, 4); expiry.value = d.length > 2 ? d.slice(0, 2) + '/' + d.slice(2) : d; });
})();`,
    );
    site.alter('shop/assets/payment.js', (code) =>
      code.replace("number: value('cc-number')", "number: value('cc-number').replace(/ /g, '')"),
    );
  },
  proof: (arrived, cards) =>
    cards.some((card) =>
      arrived.requests.some(({ host, body }) => host === 'pay' && body.includes(card.number)),
    ) || arrived.requests.some(({ url }) => url.pathname === '/cleave/1.6/cleave.min.js'),
});

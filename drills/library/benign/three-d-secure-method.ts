import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'three-d-secure-method',
  why: "A hidden frame is posted to the issuer's server when payment begins (3-D Secure method): a hidden form into a hidden frame, as a skimmer would.",
  base: 'direct',
  install: (site) => {
    site.serve('pay/v1/3ds-method', '<p>ok</p>');
    site.alter(
      'pay/v1/pay.js',
      (code) => js`${code}
document.getElementById('pay').addEventListener('click', function () {
  var f = document.createElement('iframe'), form = document.createElement('form'), i = document.createElement('input');
  f.name = 'tds'; f.style.display = 'none';
  form.method = 'post'; form.action = '${site.origins.pay}/v1/3ds-method'; form.target = 'tds';
  i.type = 'hidden'; i.name = 'threeDSMethodData';
  i.value = btoa(JSON.stringify({ threeDSServerTransID: crypto.randomUUID(), notify: '${site.origins.pay}/v1/3ds-done' })).replace(/=+$/, '');
  form.append(i); document.body.append(f, form); form.submit();
}, { once: true });`,
    );
  },
  proof: (arrived) =>
    at(arrived, 'pay', '/v1/3ds-method').some(({ body }) => body.includes('threeDSMethodData=')),
});

import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'postcode-lookup',
  why: 'Asks a supplier for the address of a postcode and fills it in, as most Japanese forms do.',
  base: 'direct',
  install: (site) => {
    site.serve('cdn/postcode', {
      headers: { 'content-type': 'application/json' },
      body: '{"address":"東京都千代田区千代田"}',
    });
    site.external(
      'cdn/postcode.js',
      js`document.getElementById('postcode').addEventListener('change', function (e) {
  fetch('${site.origins.cdn}/postcode?zip=' + e.target.value.replace(/\D/g, '')).then(function (r) { return r.json(); }).then(function (a) { document.getElementById('address').value = a.address; });
});`,
    );
  },
  proof: (arrived) =>
    at(arrived, 'cdn', '/postcode').some(({ url }) => url.searchParams.get('zip') === '1000001'),
});

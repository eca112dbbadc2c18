import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'ab-test',
  why: "Draws a variant of the button's words, remembers it and reports it: what happens differs from visitor to visitor by chance.",
  base: 'direct',
  install: (site) =>
    site.external(
      'stats/ab.js',
      js`(function () {
  var arm = localStorage.getItem('ab') || (Math.random() < 0.5 ? 'a' : 'b');
  localStorage.setItem('ab', arm);
  if (arm === 'b') document.getElementById('pay').textContent = 'ご注文を確定する';
  addEventListener('load', function () { stat('experiment', { exp: 'cta-2026', arm: arm }); });
})();`,
    ),
  proof: (arrived) => at(arrived, 'stats').some(({ url }) => url.searchParams.get('exp') === 'cta-2026'),
});

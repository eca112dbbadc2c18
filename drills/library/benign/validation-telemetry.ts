import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'validation-telemetry',
  why: 'A library checks the number with the Luhn test and shows an error; it counts which fields were invalid, never what was in them.',
  base: 'direct',
  install: (site) => {
    site.serve('cdn/validate/stat', { status: 204 });
    site.external(
      'cdn/validate/4.2/validate.min.js',
      js`(function () {
  var luhn = function (n) { for (var s = 0, i = 0; i < n.length; i++) { var d = +n[n.length - 1 - i] * (i % 2 ? 2 : 1); s += d > 9 ? d - 9 : d; } return n.length > 12 && s % 10 === 0; };
  var rules = { 'cc-number': function (v) { return luhn(v.replace(/\D/g, '')); }, 'cc-exp': function (v) { return /^\d\d\/?\d\d$/.test(v); }, 'cc-csc': function (v) { return /^\d{3,4}$/.test(v); }, email: function (v) { return /@/.test(v); } };
  var result = {};
  addEventListener('focusout', function (e) {
    var rule = rules[e.target.id];
    if (!rule) return;
    var ok = rule(e.target.value);
    e.target.style.borderColor = ok ? '#285' : '#b00';
    result[e.target.id] = ok ? 'ok' : 'error';
  });
  document.getElementById('pay').addEventListener('click', function () { navigator.sendBeacon('${site.origins.cdn}/validate/stat', JSON.stringify(result)); });
})();`,
    );
  },
  proof: (arrived) =>
    at(arrived, 'cdn', '/validate/stat').some(({ body }) => body.includes('"cc-number":"ok"')),
});

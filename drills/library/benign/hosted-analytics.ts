import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'hosted-analytics',
  why: "Beside the provider's frame: analytics reports that the frame got the focus and lost it, all a shop can know of it.",
  base: 'hosted',
  install: (site) =>
    site.append(js`(function () {
  var inside = 0;
  addEventListener('blur', function () { if (document.activeElement && document.activeElement.id === 'card-frame') inside = performance.now(); });
  addEventListener('focus', function () { if (inside) { stat('card_frame', { ms: String(Math.round(performance.now() - inside)) }); inside = 0; } });
  addEventListener('pagehide', function () { stat('card_frame_end'); });
})();`),
  proof: (arrived) =>
    at(arrived, 'stats').some(({ url }) => (url.searchParams.get('en') ?? '').startsWith('card_frame')),
});

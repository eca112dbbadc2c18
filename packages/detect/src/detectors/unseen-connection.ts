import { type Connection, text, type WireMessage } from '@komainu/model';
import { parseUrl, steadyOrigin } from '../address.ts';
import { defineDetector, type Draft } from '../define.ts';
import { shown } from '../show.ts';

/**
 * What a connection sends before anything is said over it, at most: the greeting of TLS with a post-quantum key, its
 * end, and the preface of HTTP/2. Measured: 2,047 bytes.
 */
const BARE = 2_600;

/** The browser's own: asked for by no page, and owned by nobody who could want a card. */
const BROWSERS_OWN: ReadonlySet<string> = new Set([
  // Whether a portal stands in the way, asked when a certificate does not fit.
  'connectivitycheck.gstatic.com:80',
  'connectivitycheck.gstatic.com:443',
]);

export const unseenConnection = defineDetector({
  id: 'unseen-connection',
  title: text('Connection over which nothing was seen', '通信内容が確認できない接続'),
  why: text(
    'Some ways out are told by no request: WebRTC, addresses of payment methods, what a frame sends as it goes. The connection they need shows all the same.',
    'WebRTC や決済手段のアドレス確認など、リクエストとして記録されない送信経路があります。それでも、そのための接続は隠せません。',
  ),
  requires: ['connections', 'wire'],
  detect({ connections, wire }, { baseline }) {
    const approved = new Set(baseline?.destinations.map(({ origin }) => authorityOf(origin)));
    const silent = silentConnections(connections, wire).filter(({ authority }) => !approved.has(authority));
    return silent.map((one) => finding(one, baseline === null));
  },
});

interface Silent {
  readonly authority: string;
  /** As a baseline would name it. */
  readonly origin: string;
  readonly sent: number;
  readonly clear: boolean;
  readonly opened: boolean;
  /** Indexes of its connections. */
  readonly at: readonly number[];
}

/** Hosts, with port, that were connected to or asked for and to which no message is known. */
export function silentConnections(
  connections: readonly Connection[],
  wire: readonly WireMessage[],
): readonly Silent[] {
  const known = new Set(wire.map(({ url }) => authorityOf(url)));
  const silent = new Map<string, Silent>();
  for (const [index, { host, port, kind, sent, outcome }] of connections.entries()) {
    const authority = `${host}:${port}`;
    if (known.has(authority) || BROWSERS_OWN.has(authority)) continue;
    const scheme = kind === 'http' || port === 80 ? 'http' : 'https';
    const origin = parseUrl(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`)?.origin;
    const before = silent.get(authority);
    silent.set(authority, {
      authority,
      origin: origin ?? authority,
      sent: (before?.sent ?? 0) + sent,
      clear: (before?.clear ?? false) || (kind === 'http' && sent > 0),
      opened: (before?.opened ?? false) || outcome.kind === 'opened',
      at: [...(before?.at ?? []), index],
    });
  }
  return [...silent.values()];
}

/** Host and port as the browser asks the proxy for them. */
function authorityOf(untrusted: string): string {
  const url = parseUrl(untrusted);
  if (url === null) return '';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  return `${host}:${url.port || (secure ? 443 : 80)}`;
}

function finding({ authority, origin, sent, clear, opened, at }: Silent, nothingApproved: boolean): Draft {
  const host = shown(authority);
  const carried = clear || sent > BARE * at.length;
  return {
    subject: steadyOrigin(origin),
    grade: carried ? 'unobserved' : 'changed',
    severity: carried || !nothingApproved ? 'high' : 'low',
    title: carried
      ? text(
          `${sent} bytes were sent to ${host}, and what was in them is not known.`,
          `${host} へ${sent}バイトが送信されましたが、内容は確認できませんでした。`,
        )
      : text(
          `The browser connected to ${host}, and no message to it was seen.`,
          `ブラウザーが ${host} に接続しましたが、そこへの送信は確認できませんでした。`,
        ),
    detail: text(
      `${opened ? 'It was reached' : 'It was asked for, and not reached'} ${at.length === 1 ? 'once' : `${at.length} times`}. The browser tells of no request there, so no script can be named: look for WebRTC (RTCPeerConnection), payment methods (PaymentRequest), passkeys and preconnect hints in scripts that are new. If you know this host, approve it with its owner and purpose.`,
      `${opened ? '接続' : '接続の試み'}：${at.length}回。ブラウザーはリクエストとして記録していないため、発生元のスクリプトは特定できません。新しいスクリプトに WebRTC（RTCPeerConnection）、決済手段（PaymentRequest）、パスキー、preconnect などの指定がないか調べてください。心当たりのある接続先であれば、担当者と目的を記録して承認してください。`,
    ),
    references: at.slice(0, 10).map((index) => ({
      label: authority,
      blob: null,
      pointer: `/artifacts/connections/value/${index}`,
      role: 'other',
    })),
  };
}

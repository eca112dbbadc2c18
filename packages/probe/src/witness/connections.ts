import { type Artifact, type Connection, type Failure, text } from '@komainu/model';
import { clip, failure } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import type { Proxy } from '../network/proxy.ts';
import { Gaps, observed, type Witness } from './witness.ts';

export interface ConnectionsWitness extends Witness<'connections'> {
  /** A failed navigation in the proxy's words: it knows why the browser could not get there. */
  explain(failed: Failure | null): Failure | null;
}

/**
 * Every connection the browser asked for, told by the proxy: the vantage point that no page and no gap of the protocol
 * can hide from. `connected`: addresses of what the browser says was answered over a connection.
 */
export function connectionsWitness(proxy: Proxy, connected: () => readonly string[]): ConnectionsWitness {
  const finish = async (): Promise<Artifact<readonly Connection[]>> => {
    const gaps = new Gaps();
    for (const { host, port, permit } of proxy.refused()) {
      const where = authority(host, port);
      gaps.add(permit.private ? refusedPrivate(where, permit.reason) : refusedAlways(where, permit.reason));
    }
    for (const place of goneRound(proxy, connected())) gaps.add(unproxied(place));
    if (proxy.uncounted() > 0) gaps.limit({ en: 'connections', ja: '接続' }, LIMITS.connections);
    return observed(proxy.connections(), gaps.list());
  };

  const explain: ConnectionsWitness['explain'] = (failed) => {
    if (failed?.code !== 'unreachable') return failed;
    const host = hostOf(failed.url ?? /https?:\/\/\S+/.exec(failed.detail ?? '')?.[0] ?? '');
    const refusal = proxy.refused().find((one) => one.host === host);
    if (refusal) {
      const { permit, port } = refusal;
      const why = (permit.private ? refusedPrivate : refusedAlways)(authority(host, port), permit.reason);
      return { ...failed, code: why.code, message: why.message };
    }
    const known = proxy.connections().find((one) => one.host === host && one.outcome.kind === 'failed');
    if (known?.outcome.kind !== 'failed') return failed;
    return { ...failed, detail: clip(`${failed.detail ?? ''}: ${known.outcome.error}`, 1_000) };
  };
  return { name: 'connections', attach: () => [], finish, explain };
}

const hostOf = (url: string): string =>
  (URL.parse(url)?.hostname ?? '').replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

const authority = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Hosts that answered the browser and that it never asked the proxy for. */
function goneRound(proxy: Proxy, connected: readonly string[]): ReadonlySet<string> {
  const known = new Set(proxy.connections().map(({ host, port }) => authority(host, port)));
  if (proxy.uncounted() > 0) return new Set();
  return new Set(connected.map(placeOf).filter((place) => !known.has(place)));
}

function placeOf(url: string): string {
  const { protocol = '', port = '' } = URL.parse(url) ?? {};
  return authority(hostOf(url), Number(port || (protocol === 'https:' ? 443 : 80)));
}

const unproxied = (where: string): Failure =>
  failure(
    'unreadable',
    text(
      `The browser had an answer from ${where}, but never asked the probe's proxy for it: there is a way round it, and what goes that way is not counted.`,
      `ブラウザーは ${where} から応答を受け取りましたが、監視用プロキシを通っていません。プロキシを迂回する経路があり、そこを通った通信は数えられていません。`,
    ),
    { url: where },
  );

const refusedPrivate = (where: string, reason: string): Failure =>
  failure(
    'address-refused',
    text(
      `The probe does not speak to ${where}: ${reason}. If this shop really lives in a private network, set "privateNetwork: true" for it (komainu check: --private-network); otherwise find out why its page wants to go there.`,
      `${where} には接続しません（内部ネットワークのアドレスです：${reason}）。ショップが社内や手元のネットワークにある場合は、設定でそのショップに privateNetwork: true を指定してください（komainu check では --private-network）。そうでなければ、ページがそこへ接続しようとする理由を調べてください。`,
    ),
    { url: where },
  );

const refusedAlways = (where: string, reason: string): Failure =>
  failure(
    'address-refused',
    text(
      `The probe never speaks to ${where}: ${reason}. Find out why the page wants to go there.`,
      `${where} には決して接続しません（${reason}）。ページがそこへ接続しようとする理由を調べてください。`,
    ),
    { url: where },
  );

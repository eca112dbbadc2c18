// A whole server in a process of its own, to be killed. Its shops' platform is the parent, over HTTP: it survives.
import type { ActResult, CardMethod, Config, ShopPort } from '@komainu/model';
import { startServer } from '../src/index.ts';
import { quietLog } from './harness.ts';

const [dataDir = '', engine = '', config = ''] = process.argv.slice(2);

function portOf(shop: string): ShopPort {
  const call = async (act: string): Promise<ActResult<readonly CardMethod[]>> => {
    const answer = await fetch(`${engine}/${shop}/${act}`, { method: 'POST' });
    return { kind: 'done', value: (await answer.json()) as readonly CardMethod[] };
  };
  // oxlint-disable-next-line require-yield -- a shop without orders
  const none = async function* (): AsyncGenerator<never> {};
  return {
    cardMethods: () => call('read'),
    switchOff: () => call('off'),
    voidInFlight: async () => ({ kind: 'done', value: { voided: 0, note: 'none in flight' } }),
    resume: () => call('on'),
    orders: none,
    unfinishedCheckouts: none,
  };
}

const server = await startServer({
  config: JSON.parse(config) as Config,
  configDir: dataDir,
  dataDir,
  env: {},
  version: '0.0.0-kill',
  log: quietLog,
  ports: {
    shop: (_, { id }) => portOf(id),
    prove: async ({ id }) => {
      const methods = (await (
        await fetch(`${engine}/${id}/read`, { method: 'POST' })
      ).json()) as CardMethod[];
      return {
        proved: methods.every(({ enabled }) => !enabled),
        reason: { en: 'as the engine says', ja: '店舗の状態による' },
        proof: `sha256:${'0'.repeat(64)}` as never,
      };
    },
  },
});
process.stdout.write(`${JSON.stringify({ url: server.url, token: server.token })}\n`);

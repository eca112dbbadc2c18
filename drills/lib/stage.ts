import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Api, openApi } from './api.ts';
import { NODE_FLAGS, readyJson, start, type Started } from './process.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const SHOP = join(REPOSITORY, 'shop');
const CLI = join(REPOSITORY, 'packages/komainu/src/main.ts');

const ShopReady = z.object({ storefront: z.url(), provider: z.url(), engine: z.url() });
type ShopAddresses = z.infer<typeof ShopReady>;

/** The reference shop, live, from a copy of its web root that a drill may alter. */
export interface ShopStage {
  readonly dir: string;
  /** The copy of the web root. */
  readonly site: string;
  readonly addresses: ShopAddresses;
  stop(): Promise<void>;
}

/** Credentials of the reference shop, on loopback, for drills only. */
const PROCESSOR_SECRET = 'musubi-webhook-secret-for-drills';

export async function openShop(
  dir: string,
  options: { readonly komainuPort: number; readonly portBase?: number },
): Promise<ShopStage> {
  rmSync(dir, { recursive: true, force: true });
  const site = join(dir, 'site');
  mkdirSync(dir, { recursive: true });
  cpSync(join(SHOP, 'site'), site, { recursive: true });
  const shop = await start({
    name: 'the reference shop',
    args: [join(SHOP, 'start.ts')],
    cwd: SHOP,
    env: {
      SHOP_SITE: site,
      SHOP_DATA: join(dir, 'shop-data'),
      SHOP_PORT_BASE: String(options.portBase ?? 0),
      // The provider tells Komainu when it suspects a leak, as processors tell merchants.
      SHOP_WEBHOOK_URL: `http://127.0.0.1:${options.komainuPort}/api/shops/komorebi/notices`,
      SHOP_WEBHOOK_SECRET: PROCESSOR_SECRET,
      VENDURE_DISABLE_TELEMETRY: 'true',
    },
    log: join(dir, 'shop.log'),
    ready: readyJson,
    seconds: 120,
  });
  return { dir, site, addresses: ShopReady.parse(shop.ready), stop: () => shop.stop() };
}

/** Komainu beside the shop, as people run it: its own processes, spoken to over HTTP. */
export interface KomainuStage {
  readonly dir: string;
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command to its end. Never throws for an exit code. */
  run(
    ...args: readonly string[]
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  up(): Promise<{ readonly api: Api; readonly process: Started }>;
  guard(): Promise<Started>;
}

interface KomainuOptions {
  readonly port: number;
  readonly everySeconds?: number;
  /** Of the payment page's checks; the product's default when left out. */
  readonly depth?: 'one' | 'full';
  /** File with the public half of the sealing key, relative to the configuration. */
  readonly sealKey?: string;
}

export function openKomainu(shop: ShopStage, options: KomainuOptions): KomainuStage {
  const { dir } = shop;
  const config = join(dir, 'komainu.yaml');
  writeFileSync(config, configuration(shop, options));
  const env = { KOMAINU_SHOP_PASSWORD: 'komorebi-komainu', KOMAINU_PROCESSOR_SECRET: PROCESSOR_SECRET };
  const command = (name: string, args: readonly string[], ready: (line: string) => unknown) =>
    start({
      name,
      args: [CLI, ...args, '--config', config, '--json'],
      cwd: dir,
      env,
      log: join(dir, `${name}.log`),
      ready,
    });
  return {
    dir,
    config,
    env,
    run: async (...args) => {
      const { error, stdout, stderr } = await promisify(runFile)([CLI, ...args], dir, {
        ...process.env,
        ...env,
      });
      return { code: error, stdout, stderr };
    },
    up: async () => {
      const process = await command('up', ['up'], readyJson);
      const { url, token } = z.object({ url: z.string(), token: z.string() }).parse(process.ready);
      return { api: openApi(url, token), process };
    },
    guard: () => command('guard', ['guard'], readyJson),
  };
}

function runFile(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  done: (error: null, result: { error: number; stdout: string; stderr: string }) => void,
): void {
  execFile(
    process.execPath,
    [...NODE_FLAGS, ...args],
    { cwd, env, maxBuffer: 64 << 20 },
    (error, stdout, stderr) => {
      done(null, { error: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr });
    },
  );
}

/** The configuration a shop's engineer would write for the reference shop. */
function configuration({ addresses, site }: ShopStage, options: KomainuOptions): string {
  const { storefront, provider, engine } = addresses;
  const at = (path: string, base: string) => new URL(path, base).href;
  return `shops:
  - id: komorebi
    name: こもれび自然市
    timeZone: Asia/Tokyo
    privateNetwork: true
    pages:
      - id: payment
        url: ${at('/checkout/payment', storefront)}
        journey: ${join(SHOP, 'journeys/payment.json')}
        everySeconds: ${options.everySeconds ?? 300}
${options.depth ? `        depth: ${options.depth}\n` : ''}        paymentCalls:
          - url: ${at('/v1/tokens', provider)}
            answer:
              status: 402
              headers: { content-type: application/json }
              body: '{"error":{"type":"card_error","code":"card_declined","message":"declined"}}'
        neverCall:
          - ${at('/checkout/confirm', storefront)}
    roots:
      - id: site
        path: ${site}
        policies:
          - { glob: "uploads/**", policy: no-exec }
    platform:
      kind: vendure
      adminApi: ${engine}
      username: komainu
      passwordEnv: KOMAINU_SHOP_PASSWORD
      cardMethods: [card]
    processorSecretEnv: KOMAINU_PROCESSOR_SECRET
${options.sealKey ? `    sealKey: ${options.sealKey}\n` : ''}server: { port: ${options.port} }
data: komainu-data
`;
}

import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShopSettings } from './settings.ts';

export type Engine = {
  readonly origin: string;
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly stop: () => void;
};

/** Vendure in a process of its own: it owns global state, and a restart must not touch the rest. */
export async function startEngine(settings: ShopSettings, providerOrigin: string): Promise<Engine> {
  const { host, port } = settings.addresses.engine;
  const child = fork(fileURLToPath(new URL('../engine/main.ts', import.meta.url)), {
    // Standard output belongs to the launcher's one JSON line.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TZ: 'Asia/Tokyo',
      VENDURE_DISABLE_TELEMETRY: 'true',
      NODE_COMPILE_CACHE: join(settings.cacheDir, 'compiled'),
      ENGINE_DATA: join(settings.dataDir, 'engine'),
      ENGINE_SEEDS: join(settings.cacheDir, 'seeds'),
      ENGINE_HOST: host,
      ENGINE_PORT: String(port),
      MUSUBI_URL: providerOrigin,
      MUSUBI_SECRET_KEY: settings.secretKey,
      SHOP_SUPERADMIN_USER: settings.superadmin.user,
      SHOP_SUPERADMIN_PASSWORD: settings.superadmin.password,
      SHOP_KOMAINU_USER: settings.komainu.user,
      SHOP_KOMAINU_PASSWORD: settings.komainu.password,
      SHOP_MEMBER_USER: settings.member.user,
      SHOP_MEMBER_PASSWORD: settings.member.password,
    },
  });
  child.stdout?.pipe(process.stderr);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { origin: string }).origin));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the engine stopped before it was ready (exit ${code})`)));
  });
  return { origin, pid: child.pid ?? 0, exited, stop: () => void child.kill('SIGTERM') };
}

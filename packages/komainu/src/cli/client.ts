import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Text } from '@komainu/model';
import { z } from 'zod';
import type { LoadedConfig } from './config.ts';
import { KomainuError } from './errors.ts';

const ApiError = z.object({ error: z.object({ code: z.string(), message: Text }) });

export interface ServerAddress {
  readonly url: string;
  readonly token: string;
}

/** Where the server is and the token to speak to it: `KOMAINU_SERVER`, `KOMAINU_TOKEN`, else the configuration's. */
export function serverOf(loaded: LoadedConfig, env: NodeJS.ProcessEnv, url?: string): ServerAddress {
  const { host, port } = loaded.config.server;
  const address = url ?? env['KOMAINU_SERVER'] ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new KomainuError('usage', {
      en: `"${address}" is not a server's address: give it whole, with http:// or https://`,
      ja: `「${address}」はサーバーのアドレスではありません。http:// または https:// から指定してください。`,
    });
  const file = join(loaded.dataDir, 'admin.token');
  const given = env['KOMAINU_TOKEN'];
  if (given) return { url: address, token: given };
  try {
    return { url: address, token: readFileSync(file, 'utf8').trim() };
  } catch (cause) {
    throw new KomainuError(
      'unavailable',
      {
        en: `no token for ${address}: start the server once (komainu up), or set KOMAINU_TOKEN. ${file} cannot be read.`,
        ja: `${address} のトークンがありません。一度 komainu up を実行するか、KOMAINU_TOKEN を設定してください（${file}）。`,
      },
      { cause },
    );
  }
}

/** One call of the server's API. Refusals of the server become its own sentence. */
export async function call(
  server: ServerAddress,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<{ readonly status: number; readonly body: unknown }> {
  let response: Response;
  try {
    response = await fetch(new URL(path, server.url), {
      method,
      headers: {
        authorization: `Bearer ${server.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    throw new KomainuError(
      'unavailable',
      {
        en: `the server at ${server.url} does not answer (${why(cause)}); is "komainu up" running?`,
        ja: `サーバー ${server.url} が応答しません（${why(cause)}）。komainu up が動いているか確認してください。`,
      },
      { cause },
    );
  }
  const text = await response.text();
  const value: unknown = text === '' ? null : parse(text, server.url);
  const refused = ApiError.safeParse(value);
  if (refused.success)
    throw new KomainuError(response.status >= 500 ? 'unavailable' : 'refused', refused.data.error.message);
  return { status: response.status, body: value };
}

/** A body of evidence; null when the server has it no more. */
export async function fetchBytes(
  server: ServerAddress,
  path: string,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const response = await fetch(new URL(path, server.url), {
    headers: { authorization: `Bearer ${server.token}` },
    signal,
  });
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
}

function parse(source: string, url: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw new KomainuError(
      'unavailable',
      {
        en: `${url} does not speak Komainu's API; check the address.`,
        ja: `${url} は Komainu の API ではないようです。アドレスを確認してください。`,
      },
      { cause },
    );
  }
}

/** fetch hides what went wrong in the cause of its error. */
function why(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}

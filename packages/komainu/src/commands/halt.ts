import { setTimeout as sleep } from 'node:timers/promises';
import { Text } from '@komainu/model';
import { z } from 'zod';
import { call, serverOf, type ServerAddress } from '../cli/client.ts';
import type { Run } from '../cli/command.ts';
import { loadConfig, shopOf } from '../cli/config.ts';
import { EXIT } from '../cli/errors.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly server?: string;
  readonly by: string;
  readonly reason: string;
  readonly wait: boolean;
  readonly accept?: readonly string[];
}

/** What these commands read of GET /api/state. */
const State = z.object({
  shops: z.array(
    z.object({
      shop: z.object({ id: z.string() }),
      gate: z.object({ state: z.string(), since: z.string() }),
    }),
  ),
});

const PROOF_WITHIN_SECONDS = 60;

export const halt: Run<Options> = async (options, { out, env, signal }) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const server = serverOf(loaded, env, options.server);
  const before = await gateOf(server, shop.id, signal);
  const ordered = await call(
    server,
    'POST',
    `/api/shops/${shop.id}/halt`,
    { person: options.by, reason: options.reason },
    signal,
  );
  // One halt is enough: an order on top of it changes nothing and is not written down.
  const standing = before === 'halting' || before === 'halted';
  out.note(
    standing
      ? out.say({
          en: `${shop.id}: a halt is in force already; this order adds nothing and is not recorded`,
          ja: `${shop.id}：すでに停止が指示されているため、今回の指示は記録されません`,
        })
      : out.say({ en: `${shop.id}: halt ordered`, ja: `${shop.id}：カード決済の停止を指示しました` }),
  );
  const gate = options.wait ? await untilHalted(server, shop.id, signal) : 'halting';
  out.result({ shop: shop.id, gate, ordered: ordered.body });
  const proved = gate === 'halted';
  if (proved)
    out.line(
      out.say({
        en: `${shop.id}: card payments are off, and it is proved`,
        ja: `${shop.id}: カード決済の停止を確認しました`,
      }),
    );
  else if (options.wait)
    out.line(
      out.say({
        en: `${shop.id}: not proved yet (${gate}); the server goes on trying. Close the checkout at the web server if it must be sure now.`,
        ja: `${shop.id}: 停止を確認できていません（${gate}）。サーバーは試行を続けます。確実に止めるには、Webサーバーで購入手続きを閉じてください。`,
      }),
    );
  return proved || !options.wait ? EXIT.ok : EXIT.failed;
};

async function gateOf(server: ServerAddress, shop: string, signal: AbortSignal): Promise<string> {
  const state = State.parse((await call(server, 'GET', '/api/state', undefined, signal)).body);
  return state.shops.find((one) => one.shop.id === shop)?.gate.state ?? 'unknown';
}

async function untilHalted(server: ServerAddress, shop: string, signal: AbortSignal): Promise<string> {
  const end = Date.now() + PROOF_WITHIN_SECONDS * 1000;
  for (;;) {
    const gate = await gateOf(server, shop, signal);
    if (gate === 'halted' || Date.now() > end) return gate;
    await sleep(200, undefined, { signal });
  }
}

const Resumed = z.union([
  z.object({ kind: z.literal('resumed') }),
  z.object({ kind: z.enum(['refused', 'failed']), reason: Text }),
]);

export const resume: Run<Options> = async (options, { out, env, signal }) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const server = serverOf(loaded, env, options.server);
  out.note(
    out.say({
      en: `${shop.id}: checking the payment page first`,
      ja: `${shop.id}: 先に決済ページを検査しています`,
    }),
  );
  const answer = await call(
    server,
    'POST',
    `/api/shops/${shop.id}/resume`,
    { person: options.by, reason: options.reason, ...(options.accept ? { accept: options.accept } : {}) },
    signal,
  );
  const outcome = Resumed.parse(answer.body);
  out.result(outcome);
  if (outcome.kind === 'resumed') {
    out.line(
      out.say({ en: `${shop.id}: card payments are on again`, ja: `${shop.id}: カード決済を再開しました` }),
    );
    return EXIT.ok;
  }
  const { kind, reason } = outcome;
  out.line(
    kind === 'refused'
      ? out.say({ en: `${shop.id}: refused: ${reason.en}`, ja: `${shop.id}: 再開できません: ${reason.ja}` })
      : out.say({
          en: `${shop.id}: not resumed, card payments are being switched off again: ${reason.en}`,
          ja: `${shop.id}: 再開できなかったため、カード決済をもう一度停止します: ${reason.ja}`,
        }),
  );
  return EXIT.failed;
};

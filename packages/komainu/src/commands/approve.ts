import { VerdictKind } from '@komainu/model';
import { z } from 'zod';
import { call, serverOf } from '../cli/client.ts';
import type { Run } from '../cli/command.ts';
import { loadConfig, pageOf, shopOf } from '../cli/config.ts';
import { EXIT } from '../cli/errors.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly server?: string;
  readonly page?: string;
  readonly by: string;
  readonly justification: string;
  readonly extend?: boolean;
}

const Checked = z.object({ check: z.string(), verdict: VerdictKind });

/** Visits the page, then approves what that visit saw: the two belong together, so that nothing unseen is approved. */
export const approve: Run<Options> = async (options, { out, env, signal }) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const page = pageOf(loaded, shop, options.page);
  const server = serverOf(loaded, env, options.server);
  const path = `/api/shops/${shop.id}/pages/${page.id}`;
  const { check, verdict } = Checked.parse((await call(server, 'POST', `${path}/check`, {}, signal)).body);
  const { by: person, justification, extend = false } = options;
  const body = { person, justification, check, ...(extend ? { extend } : {}) };
  const approved = await call(server, 'POST', `${path}/baseline`, body, signal);
  out.result({ check, verdict, ...z.object({}).loose().parse(approved.body) });
  out.line(
    out.say({
      en: `${shop.id}/${page.id}: approved by ${options.by}, as seen in ${check}`,
      ja: `${shop.id}/${page.id}: ${options.by} が承認しました（${check} の内容）`,
    }),
  );
  return EXIT.ok;
};

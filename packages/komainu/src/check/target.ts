import { resolve } from 'node:path';
import { type Journey, PaymentPage, type Shop, type ShopId } from '@komainu/model';
import { parseJourney } from '@komainu/probe';
import { loadConfig, pageOf, shopOf } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { readJsonNamed } from '../cli/files.ts';

export interface Target {
  readonly shop: ShopId;
  readonly page: PaymentPage;
  readonly journey: Journey | null;
  readonly timeZone: string;
  /** The shop lives in a private network: visits may speak to private addresses. */
  readonly privateNetwork: boolean;
  readonly identify?: Shop['identify'];
}

export interface TargetOptions {
  readonly config?: string;
  readonly shop?: string;
  readonly page?: string;
  readonly journey?: string;
  readonly privateNetwork?: boolean;
}

/** The page a check visits: an address given on the command line, or one of a configuration. */
export function targetOf(options: TargetOptions, address: string | undefined): Target {
  if (address !== undefined) {
    const page = PaymentPage.safeParse({ id: 'page', url: address, journey: options.journey ?? '' });
    if (!page.success)
      throw new KomainuError('usage', {
        en: `"${address}" is not an address: give it whole, with http:// or https://`,
        ja: `「${address}」はアドレスではありません。http:// または https:// から指定してください。`,
      });
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const privateNetwork = options.privateNetwork ?? false;
    const journey = journeyFrom(options.journey);
    return { shop: 'address' as ShopId, page: page.data, journey, timeZone, privateNetwork };
  }
  if (options.config === undefined)
    throw new KomainuError('usage', {
      en: `name an address or a --config (exit ${EXIT.usage}); komainu help check shows examples`,
      ja: `アドレスか --config を指定してください。例は komainu help check にあります。`,
    });
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const page = pageOf(loaded, shop, options.page);
  const journey = journeyFrom(options.journey ?? resolve(loaded.dir, page.journey));
  const privateNetwork = options.privateNetwork ?? shop.privateNetwork;
  const { id, timeZone, identify } = shop;
  return { shop: id, page, journey, timeZone, privateNetwork, identify };
}

function journeyFrom(file: string | undefined): Journey | null {
  if (file === undefined) return null;
  const parsed = parseJourney(readJsonNamed(file, 'journey'), file);
  if (parsed.kind === 'refused') throw new KomainuError('data', parsed.message);
  return parsed.journey;
}

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alteredPaymentPage, FAKE_IMAGE, FAKE_IMAGE_HEAD } from './attack/server-side.ts';
import type { ShopStage } from '../lib/stage.ts';
import type { Variant } from './options.ts';

export interface Attack {
  /** What is altered, below the web root. */
  readonly file: string;
  /** What else the attack leaves behind. */
  readonly left: readonly string[];
  /** Alters it; gives the kernel's own time of the write, milliseconds since 1970. */
  strike(): Promise<number>;
  /** False: nothing is altered that anyone could see; the payment processor noticed. */
  readonly visible: boolean;
  /** Puts the altered file back by hand, as a shop without a seal would. */
  undo(): void;
}

/** The attack of a variant on a copy of the web root. */
export function attackOf(variant: Variant, { site, addresses }: ShopStage, receiver: string): Attack {
  if (variant === 'notice') return processorNotice(addresses.provider);
  const serverSide = variant === 'server-side';
  const file = serverSide ? 'pages/payment.js' : 'assets/payment.js';
  const path = join(site, file);
  const original = readFileSync(path, 'utf8');
  const skimmer = readFileSync(join(import.meta.dirname, 'attack/skimmer.js'), 'utf8').replaceAll(
    '__RECEIVER__',
    receiver,
  );
  const altered = serverSide ? alteredPaymentPage(original) : original + skimmer;
  return {
    file,
    left: serverSide ? [FAKE_IMAGE] : [],
    visible: true,
    strike: async () => {
      if (serverSide) writeFileSync(join(site, FAKE_IMAGE), FAKE_IMAGE_HEAD);
      writeFileSync(path, altered);
      return Math.floor(statSync(path).ctimeMs);
    },
    undo: () => writeFileSync(path, original),
  };
}

/** As in 2019: the shop sees nothing, the payment processor calls. Its operator files the notice on its own page. */
function processorNotice(provider: string): Attack {
  return {
    file: 'the payment processor suspects a leak',
    left: [],
    visible: false,
    strike: async () => {
      const filedAt = Date.now();
      const response = await fetch(new URL('/v1/operator/notices', provider), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from('operator:musubi-operator').toString('base64')}`,
        },
        body: JSON.stringify({
          case_id: 'case-2019-0311',
          suspected_from: '2019-01-31T00:00:00+09:00',
          suspected_to: '2019-03-08T23:59:59+09:00',
          cards: 210,
          message: '貴店でご利用のカードについて、不正利用の共通点が見つかりました。',
        }),
      });
      if (!response.ok)
        throw new Error(`the provider did not take the notice: ${response.status} ${await response.text()}`);
      return filedAt;
    },
    undo: () => undefined,
  };
}

import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eccube2 } from './eccube2.ts';
import { eccube4 } from './eccube4.ts';
import { magento2 } from './magento2.ts';
import { medusa, node, vendure } from './node.ts';
import { opencart } from './opencart.ts';
import { plain } from './plain.ts';
import type { Platform } from './platform.ts';
import { prestashop } from './prestashop.ts';
import { shopware6 } from './shopware6.ts';
import { woocommerce, wordpress } from './wordpress.ts';
import { zencart } from './zencart.ts';

/** The more particular first: a WooCommerce is a WordPress, and many a PHP shop has a package.json. */
export const PLATFORMS: readonly Platform[] = [
  eccube4,
  eccube2,
  woocommerce,
  magento2,
  shopware6,
  prestashop,
  opencart,
  zencart,
  wordpress,
  vendure,
  medusa,
  node,
];

const has = (dir: string) => (mark: string) =>
  lstatSync(join(dir, mark), { throwIfNoEntry: false }) !== undefined;

const find = (dir: string) => PLATFORMS.find(({ marks }) => marks.every(has(dir)));

/** What the directory holds; `plain` when it is none of those known. */
export const recognise = (dir: string): Platform => find(dir) ?? plain;

/**
 * A platform that begins above the directory: somebody named the part the web sees (`pub`, `html`), and the code that
 * takes payments would be left out.
 */
export function recogniseAbove(dir: string): { readonly dir: string; readonly platform: Platform } | null {
  const above = dirname(dir);
  const platform = above === dir ? undefined : find(above);
  // A package.json says too little about what lies beside it.
  return platform === undefined || platform === node ? null : { dir: above, platform };
}

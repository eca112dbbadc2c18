import { go } from './_layout.js';

export const route = '/sign-out';

export async function post(shop) {
  await shop.api('mutation { logout { success } }');
  return go('/');
}

import { postJson } from './client.ts';

/** The token of `/#token=…`, taken out of the address bar and the history at once; null when there is none. */
export const takeToken = (): string | null => {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return token === '' ? null : token;
};

/** Exchanges the token for a cookie that scripts cannot read. */
export const signIn = (token: string): Promise<unknown> => postJson('/api/session', { token });

export const signOut = (): Promise<unknown> =>
  fetch('/api/session', { method: 'DELETE', credentials: 'same-origin' }).catch(() => null);

import { createHmac, randomBytes } from 'node:crypto';

/**
 * Card numbers, in memory only and only while their token lives. Next to them the count of distinct numbers ever
 * received, under a key that dies with the process, so that a drill can show that a canary never arrived.
 */
export type Vault = {
  readonly received: (number: string) => void;
  readonly keep: (token: string, number: string, ms: number) => void;
  readonly take: (token: string) => string | undefined;
  readonly distinctReceived: () => number;
  readonly clear: () => void;
};

export function createVault(): Vault {
  const key = randomBytes(32);
  const seen = new Set<string>();
  const numbers = new Map<string, { readonly number: string; readonly timer: NodeJS.Timeout }>();
  return {
    received: (number) => {
      seen.add(createHmac('sha256', key).update(number).digest('base64'));
    },
    keep: (token, number, ms) => {
      const timer = setTimeout(() => numbers.delete(token), ms);
      timer.unref();
      numbers.set(token, { number, timer });
    },
    take: (token) => {
      const kept = numbers.get(token);
      if (kept === undefined) return undefined;
      clearTimeout(kept.timer);
      numbers.delete(token);
      return kept.number;
    },
    distinctReceived: () => seen.size,
    clear: () => {
      for (const { timer } of numbers.values()) clearTimeout(timer);
      numbers.clear();
    },
  };
}

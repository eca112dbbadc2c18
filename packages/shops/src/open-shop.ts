import type { Failure, PlatformConfig, ShopPort } from '@komainu/model';
import { ShopsError } from './errors.ts';
import * as failures from './failures.ts';
import { vendurePort } from './vendure/port.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What keeps this platform from being reached at all, known before any call; null when nothing does. */
export function platformProblem(platform: PlatformConfig | undefined, env: Environment): Failure | null {
  if (platform === undefined) return failures.noPlatform;
  return (env[platform.passwordEnv] ?? '') === '' ? failures.noPassword(platform.passwordEnv) : null;
}

/**
 * The adapter of a shop's platform. Never throws: with a problem ({@link platformProblem}) every act of the port fails
 * with it, so that a halt that cannot be carried out is ordered, recorded and seen all the same.
 * @param options.timeout of one call to the platform, in milliseconds (10,000)
 */
export function openShop(
  platform: PlatformConfig | undefined,
  env: Environment,
  options: { readonly timeout?: number } = {},
): ShopPort {
  const problem = platformProblem(platform, env);
  if (platform === undefined || problem !== null) return brokenPort(problem ?? failures.noPlatform);
  return vendurePort(platform, env[platform.passwordEnv] ?? '', options.timeout);
}

function brokenPort(failure: Failure): ShopPort {
  const fails = async () => ({ kind: 'failed', failure }) as const;
  const refuses = () => ({
    // oxlint-disable-next-line require-yield -- a stream that fails at its first element
    async *[Symbol.asyncIterator](): AsyncGenerator<never> {
      throw new ShopsError(failure);
    },
  });
  return {
    cardMethods: fails,
    switchOff: fails,
    voidInFlight: fails,
    resume: fails,
    orders: refuses,
    unfinishedCheckouts: refuses,
  };
}

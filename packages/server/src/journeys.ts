import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config, Journey } from '@komainu/model';
import { reasonOf, ServerError } from './error.ts';

/** In the place of a journey's file: go to the page's address and type into whatever takes a card. */
export const BUILT_IN = 'built-in';

/** The journeys of all pages, by `shop/page`. @throws ServerError `config`: names the file */
export async function readJourneys(
  config: Config,
  configDir: string,
): Promise<ReadonlyMap<string, Journey | null>> {
  const journeys = new Map<string, Journey | null>();
  for (const { id: shop, pages } of config.shops)
    for (const { id: page, journey } of pages)
      journeys.set(
        `${shop}/${page}`,
        journey === BUILT_IN ? null : await readJourney(resolve(configDir, journey)),
      );
  return journeys;
}

async function readJourney(file: string): Promise<Journey> {
  const json = await readFile(file, 'utf8')
    .then((words): unknown => JSON.parse(words))
    .catch((error: unknown) => {
      throw new ServerError(
        'config',
        `The journey ${file} cannot be read: ${reasonOf(error)}`,
        `ジャーニー ${file} を読めません（${reasonOf(error)}）。`,
        error,
      );
    });
  const { parseJourney } = await import('@komainu/probe');
  const parsed = parseJourney(json, file);
  if (parsed.kind === 'refused') throw new ServerError('config', parsed.message.en, parsed.message.ja);
  return parsed.journey;
}

import { GuardActs, GuardReport } from '@komainu/model';
import { z } from 'zod';
import type { Api } from '../lib/api.ts';

const Judgement = z.object({
  findings: z.array(z.object({ title: z.object({ en: z.string(), ja: z.string() }) })),
});

/** What all judgements say. */
export async function titles(api: Api, language: 'en' | 'ja'): Promise<readonly string[]> {
  const all: string[] = [];
  for (const { entry } of await api.entries()) {
    if (entry.kind !== 'judged') continue;
    const judgement = await (await api.get(`/api/judgements/${entry.data.judgement}`)).json();
    all.push(...Judgement.parse(judgement).findings.map(({ title }) => title[language]));
  }
  return all;
}

export const blob = async (api: Api, ref: string): Promise<string> =>
  (await api.get(`/api/blobs/${ref}`)).text();

/** The bytes that were kept of a file, oldest first. */
export async function kept(api: Api, path: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (const { entry } of await api.entries()) {
    if (entry.kind !== 'files.reported') continue;
    const report = GuardReport.parse(JSON.parse(await blob(api, entry.data.body)));
    for (const { bodyAfter } of report.changes.filter((change) => change.path === path))
      bodies.push(bodyAfter === null ? '' : await blob(api, bodyAfter));
  }
  return bodies;
}

/** What the guard did by itself. */
export async function actsOf(api: Api): Promise<GuardActs['acts']> {
  const all: GuardActs['acts'][number][] = [];
  for (const { entry } of await api.entries())
    if (entry.kind === 'guard.acted')
      all.push(...GuardActs.parse(JSON.parse(await blob(api, entry.data.body))).acts);
  return all;
}

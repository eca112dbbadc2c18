import type { Api } from '../lib/api.ts';
import { untilTrue } from '../lib/process.ts';
import type { Voice } from '../lib/say.ts';
import type { KomainuStage } from '../lib/stage.ts';

/** Where the public half of the sealing key is written, beside the configuration. */
export const SEAL_KEY = 'seal.pem';

/** Files sealed, server up, page approved, guard watching: each by the command a shop's engineer would type. */
export async function prepare(stage: {
  readonly komainu: KomainuStage;
  readonly voice: Voice;
  readonly guarded: boolean;
  readonly closing: (() => Promise<void>)[];
}): Promise<{ readonly api: Api }> {
  const { komainu, voice, guarded, closing } = stage;
  if (guarded) {
    const seal = await komainu.run('seal', '--by', 'drill', '--key-out', SEAL_KEY);
    voice.expect(
      seal.code === 0,
      `the files are sealed ${seal.stderr}`.trim(),
      `ファイルを封印 ${seal.stderr}`.trim(),
    );
  }
  const { api, process } = await komainu.up();
  closing.push(() => process.stop());

  const approve = await komainu.run(
    'approve',
    '--by',
    'drill',
    '--justification',
    'reference shop as published',
  );
  voice.expect(
    approve.code === 0,
    `the payment page is visited and approved ${approve.code === 0 ? '' : approve.stderr}`.trim(),
    `決済ページを訪問し、承認 ${approve.code === 0 ? '' : approve.stderr}`.trim(),
  );
  if (guarded) {
    const guard = await komainu.guard();
    closing.push(() => guard.stop());
    await untilTrue(async () =>
      (await api.state()).shops.some((shop) =>
        shop.guardians.some((one) => one.kind === 'guard' && one.state === 'watching'),
      ),
    );
    voice.line('  吽  watching');
  }
  const check = await api.post('/api/shops/komorebi/pages/payment/check', {});
  const { verdict, judgement } = (await check.json()) as { verdict?: string; judgement?: string };
  if (verdict !== 'clean')
    voice.line(`  ${JSON.stringify(await (await api.get(`/api/judgements/${judgement}`)).json())}`);
  voice.expect(verdict === 'clean', `a first check: ${verdict}`, `最初の検査: ${verdict}`);
  return { api };
}

import type { Api } from '../lib/api.ts';
import type { Crowd } from '../lib/customer.ts';
import { untilTrue } from '../lib/process.ts';
import type { Voice } from '../lib/say.ts';
import type { KomainuStage } from '../lib/stage.ts';
import type { Attack } from './attack.ts';

/** The sentence of a command; what it says about its work under way only when it failed. */
const said = ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }): string =>
  code === 0 ? stdout.trim() : `${stdout}${stderr}`.trim().replaceAll('\n', ' ');

/** Resume is refused while the page is altered; then the seal gives the file back, and a named person resumes. */
export async function repair(stage: {
  readonly komainu: KomainuStage;
  readonly voice: Voice;
  readonly attack: Attack;
  readonly guarded: boolean;
  readonly crowd: Crowd;
  readonly api: Api;
}): Promise<void> {
  const { api, komainu, voice, attack, guarded, crowd } = stage;
  voice.scene('6  Repair and resume', '6　修復と再開');
  const resume = () =>
    komainu.run('resume', '--by', '佐藤 花子', '--reason', '封印からの復元と原因の除去を確認');
  if (attack.visible) {
    const early = await resume();
    voice.expect(
      early.code === 1,
      `resume is refused while altered: ${early.stdout.trim()}`,
      `改ざんが残る間は再開できない: ${early.stdout.trim()}`,
    );
  }
  if (!attack.visible) voice.line('  (nothing to repair: the page and the files are as approved)');
  else if (!guarded) attack.undo();
  else
    for (const path of [attack.file, ...attack.left]) {
      const restored = await komainu.run('restore', path, '--root', 'site');
      voice.expect(
        restored.code === 0,
        `${path}: as sealed again${restored.stderr}`,
        `${path}: 封印時の状態に復元${restored.stderr}`,
      );
    }
  // The guard looks again before anyone may say that the files are right.
  if (guarded)
    await untilTrue(async () => (await api.state()).shops[0]?.roots[0]?.lastReport?.verdict === 'clean');
  const late = await resume();
  voice.expect(
    late.code === 0,
    `resumed by a named person: ${said(late)}`,
    `責任者の名で再開: ${said(late)}`,
  );
  const customer = await crowd.customer();
  await customer.toPayment();
  await customer.toConfirm('card');
  const order = await customer.placeOrder();
  voice.expect(
    order.placed,
    `a card order goes through again (${order.path})`,
    `カードの注文が再び通る（${order.path}）`,
  );
}

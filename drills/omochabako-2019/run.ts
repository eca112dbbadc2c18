/**
 * The drill: the reference shop is live, approved and sealed; its payment application is altered; then alarm, halt,
 * proof, incident, evidence, repair, resume. Exits 0 when every part held.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { openCrowd } from '../lib/customer.ts';
import { openReceiver } from '../lib/receiver.ts';
import { freePort } from '../lib/port.ts';
import { openVoice } from '../lib/say.ts';
import { openKomainu, openShop } from '../lib/stage.ts';
import { afterOf, lineOf, momentsOf } from '../lib/timeline.ts';
import { attackOf } from './attack.ts';
import { collectEvidence } from './evidence.ts';
import { readOptions } from './options.ts';
import { prepare, SEAL_KEY } from './prepare.ts';
import { repair } from './repair.ts';
import { harmUnwatched } from './unwatched.ts';
import { follow } from './follow.ts';

const options = readOptions(process.argv.slice(2));
const voice = openVoice(options.language, options.json);
const t = (en: string, ja: string) => (options.language === 'ja' ? ja : en);
const dir = join(process.cwd(), '.komainu', `drill-${options.variant}`);
const closing: (() => Promise<void>)[] = [];
let leaving: Promise<void> | undefined;
/** Ends everything this drill started, last first. */
const leave = () =>
  (leaving ??= (async () => {
    for (const close of closing.toReversed())
      await close().catch((error: unknown) => voice.line(String(error)));
  })());
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
stopped.signal.addEventListener('abort', () => {
  process.exitCode ||= options.serve ? 0 : 130;
  void leave().then(() => process.exit());
});

try {
  await drill();
} catch (error) {
  if (!stopped.signal.aborted) {
    process.stderr.write(`omochabako-2019: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} finally {
  if (!stopped.signal.aborted) await leave();
}

async function drill(): Promise<void> {
  voice.scene('1  The shop opens', '1　お店を開く');
  const receiver = await openReceiver();
  closing.push(() => receiver.close());
  const port = options.serve ? 4180 : await freePort();
  const shop = await openShop(dir, { komainuPort: port });
  closing.push(() => shop.stop());
  voice.line(`  ${t('storefront', '店舗')}  ${shop.addresses.storefront}`);
  const crowd = await openCrowd(shop.addresses.storefront);
  closing.push(() => crowd.close());
  const attack = attackOf(options.variant, shop, receiver.origin);

  if (options.variant === 'server-side')
    await harmUnwatched({ shop, crowd, attack, voice, port, depth: options.depth });

  voice.scene('2  The pair takes its place', '2　狛犬が座につく');
  const komainu = openKomainu(shop, {
    port,
    everySeconds: options.variant === 'unguarded' ? 5 : 300,
    ...(options.depth ? { depth: options.depth } : {}),
    ...(options.variant === 'unguarded' ? {} : { sealKey: SEAL_KEY }),
  });
  const { api } = await prepare({ komainu, voice, guarded: options.variant !== 'unguarded', closing });

  const byCard = await crowd.customer();
  const byTransfer = await crowd.customer();
  await byCard.toPayment();
  await byCard.toConfirm('card');
  await byTransfer.toPayment();
  await byTransfer.toConfirm('bank-transfer');
  voice.line(
    t(
      '  two customers are at the confirm step: one by card, one by bank transfer',
      '  確認画面にお客様が二人。一人はカード、一人は銀行振込',
    ),
  );

  voice.scene('3  The payment application is altered', '3　ペイメントアプリケーションが改ざんされる');
  const before = (await api.state()).ledger.size;
  const attackedAt = await attack.strike();
  voice.line(`  +  0.000 s  ${t('altered', '改ざん')}  ${attack.file}`);
  const seen = await follow(api, before, stopped.signal);
  for (const moment of momentsOf(seen, attackedAt, options.language)) voice.line(lineOf(moment));

  const alarm = afterOf(seen, 'incident.opened', attackedAt);
  const proved = afterOf(seen, 'halt.proved', attackedAt);
  if (options.variant !== 'unguarded')
    voice.expect(
      alarm !== undefined && (options.untimed || alarm <= 1000),
      `alarm within 1 s of the write (${alarm} ms)`,
      `書き込みから1秒以内に警報（${alarm} ミリ秒）`,
    );
  voice.expect(
    proved !== undefined && (options.untimed || proved - (alarm ?? 0) <= 15_000),
    `halt proved within 15 s of the alarm (${proved} ms after the write)`,
    `警報から15秒以内に停止を確認（書き込みから ${proved} ミリ秒）`,
  );

  voice.scene('4  Who was in the middle of a checkout', '4　手続き中だったお客様');
  const card = await byCard.placeOrder();
  voice.expect(
    !card.placed,
    `the one by card cannot pay: "${card.notice ?? card.path}"`,
    `カードの方は支払えない:「${card.notice ?? card.path}」`,
  );
  const transfer = await byTransfer.placeOrder();
  voice.expect(
    transfer.placed,
    `the one by bank transfer still can (${transfer.path})`,
    `銀行振込の方は注文できる（${transfer.path}）`,
  );
  voice.expect(
    receiver.loot.every((one) => !one.includes('9999000000000004')),
    'no customer’s card reached the receiver',
    'お客様のカードは盗まれていない',
  );

  await collectEvidence({ api, komainu, voice, dir });
  if (!options.serve || options.variant !== 'page')
    await repair({ api, komainu, voice, attack, guarded: options.variant !== 'unguarded', crowd });

  const result = {
    variant: options.variant,
    alarmMs: alarm ?? null,
    provedMs: proved ?? null,
    failures: voice.failures,
  };
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  voice.scene(
    voice.failures.length === 0 ? 'Every part held.' : `${voice.failures.length} part(s) failed.`,
    voice.failures.length === 0 ? 'すべて成功しました。' : `${voice.failures.length} 件の失敗があります。`,
  );
  process.exitCode = voice.failures.length === 0 ? 0 : 1;
  if (!options.serve) return;
  voice.line(`  ${t('console', '管理画面')}  ${api.url}/#token=${api.token}`);
  voice.line(`  ${t('shop', '店舗')}  ${shop.addresses.storefront}`);
  const config = `--config ${komainu.config}`;
  voice.line(
    t(
      '  next: put the file back, then resume (card payments stay off until then)',
      '  次の手順：ファイルを元に戻してから再開（それまでカード決済は停止のまま）',
    ),
  );
  voice.line(`    npx komainu restore ${attack.file} --root site ${config}`);
  voice.line(`    npx komainu resume --by "…" --reason "…" ${config}`);
  voice.line(t('  Ctrl-C ends everything.', '  Ctrl-C ですべて終了します。'));
  await once(stopped.signal, 'abort');
  rmSync(join(dir, 'shop-data'), { recursive: true, force: true });
}

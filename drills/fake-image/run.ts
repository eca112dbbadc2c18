/** DRILL: acts on loopback only. Cards kept in a file named like a picture: found, told in one sentence and undone. */
import { cpSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Api } from '../lib/api.ts';
import { untilTrue } from '../lib/process.ts';
import { freePort } from '../lib/port.ts';
import { openVoice } from '../lib/say.ts';
import { type KomainuStage, openKomainu, openShop, type ShopStage } from '../lib/stage.ts';
import { alteredPaymentPage, CARDS, FAKE_IMAGE, postCard, stolen } from './attack.ts';
import { order } from './order.ts';
import { actsOf, blob, kept, titles } from './record.ts';

const { values: options } = parseArgs({
  options: { lang: { type: 'string', default: 'en' }, json: { type: 'boolean', default: false } },
});
const language = options.lang === 'ja' ? 'ja' : 'en';
const t = (en: string, ja: string) => (language === 'ja' ? ja : en);
const voice = openVoice(language, options.json);
const dir = join(process.cwd(), '.komainu', 'drill-fake-image');
const PORT = await freePort();
const PAYMENT = 'pages/payment.js';
const PICTURE = 'uploads/shincha.png';
const closing: (() => Promise<void>)[] = [];
try {
  await drill();
} finally {
  for (const close of closing.toReversed()) await close();
}
if (options.json) process.stdout.write(`${JSON.stringify({ failures: voice.failures })}\n`);
process.exitCode = voice.failures.length === 0 ? 0 : 1;

async function drill(): Promise<void> {
  voice.scene('1  The shop opens; its release only tells', '1　お店を開く（最初のリリースは知らせるだけ）');
  const shop = await openShop(dir, { komainuPort: PORT });
  closing.push(() => shop.stop());
  const build = join(dir, 'build');
  cpSync(shop.site, build, { recursive: true });
  const komainu = openKomainu(shop, { port: PORT });
  writeFileSync(komainu.config, configuration(shop));
  await komainu.run('seal', 'keygen', join(dir, 'keys'));
  await release(komainu, build, 1, []);
  const { api, process: server } = await komainu.up();
  closing.push(() => server.stop());
  const guard = await komainu.guard();
  closing.push(() => guard.stop());
  await untilTrue(async () => (await api.state()).shops[0]?.roots[0]?.lastReport?.verdict === 'clean');
  const { storefront } = shop.addresses;
  const payment = join(shop.site, PAYMENT);
  const image = join(shop.site, FAKE_IMAGE);
  const picture = join(shop.site, PICTURE);

  voice.scene('2  The payment page is altered on the server', '2　決済ページがサーバー上で改ざんされる');
  const original = readFileSync(payment);
  const altered = alteredPaymentPage(original.toString());
  writeFileSync(payment, altered);
  await told(
    api,
    t(
      `${PAYMENT}: a script that now holds code which appends data to a picture.`,
      `${PAYMENT}：スクリプトに、画像ファイルにデータを書き足すコードが加わりました。`,
    ),
  );

  voice.scene('3  Cards gather in a picture', '3　カード情報が「画像」に溜まる');
  // Whole from its first moment on, as PHP moves an upload into place.
  cpSync(join(build, 'uploads/soap.png'), join(dir, 'upload.tmp'));
  renameSync(join(dir, 'upload.tmp'), picture);
  await postCard(storefront, CARDS[0]);
  const named = (what: string, ja: string) =>
    t(`A file named as an image ${what}: ${FAKE_IMAGE}.`, `画像の名前が付いたファイル ${FAKE_IMAGE} ${ja}。`);
  await told(api, named('is no image', 'は画像ではありません'));
  await postCard(storefront, CARDS[1]);
  await told(api, named('was written to', 'に書き足されています'));
  const loot = CARDS.map(stolen);
  const versions = await kept(api, FAKE_IMAGE);
  voice.expect(
    [loot[0], loot.join('')].every((bytes) => versions.includes(bytes ?? '')),
    'both versions of it are in the evidence',
    '二つの版とも証拠として保存された',
  );
  await untilTrue(async () => (await api.entries()).some(({ entry }) => entry.kind === 'halt.switched-off'));
  voice.expect(true, 'card payments are switched off', 'カード決済を停止した');

  voice.scene('4  A release that lets the guard act', '4　番人に対処を許すリリース');
  const was = lstatSync(image);
  await release(komainu, build, 2, [
    { glob: 'uploads/**', response: 'quarantine' },
    { glob: '**', response: 'restore' },
  ]);
  await untilTrue(async () => (await actsOf(api)).length >= 2);
  const acts = await actsOf(api);
  const restored = acts.find((act) => act.kind === 'restored');
  voice.expect(
    acts.length === 2 && restored?.path === PAYMENT && readFileSync(payment).equals(original),
    `${PAYMENT} is as sealed again`,
    `${PAYMENT} を封印時の状態に戻した`,
  );
  voice.expect(
    restored?.replaced != null && (await blob(api, restored.replaced)) === altered,
    'the altered code is kept',
    '改ざんされたコードを保存した',
  );
  const taken = acts.find((act) => act.kind === 'quarantined');
  voice.expect(
    taken?.path === FAKE_IMAGE && lstatSync(image, { throwIfNoEntry: false }) === undefined,
    `${FAKE_IMAGE} is taken away`,
    `${FAKE_IMAGE} を隔離した`,
  );
  const { mode, uid, gid, mtime } = taken?.was ?? {};
  voice.expect(
    taken?.body != null &&
      (await blob(api, taken.body)) === loot.join('') &&
      [mode, uid, gid, mtime].join() ===
        [was.mode & 0o7777, was.uid, was.gid, new Date(Math.trunc(was.mtimeMs)).toISOString()].join(),
    'its bytes, times, owner and mode are kept',
    '内容と日時、所有者、権限を保存した',
  );
  voice.expect(
    readFileSync(picture).equals(readFileSync(join(shop.site, 'uploads/soap.png'))) &&
      (await titles(api, language)).every((title) => !title.includes(PICTURE)),
    'the honest picture uploaded beside it is left alone',
    '同じ頃に置かれた本物の画像には触れていない',
  );

  voice.scene('5  The shop goes on', '5　お店は続く');
  await postCard(storefront, CARDS[0]);
  voice.expect(
    lstatSync(image, { throwIfNoEntry: false }) === undefined,
    'a card posted now is kept nowhere',
    'カード情報を送っても、もう溜められない',
  );
  const end = await order(storefront);
  voice.expect(end.startsWith('/thanks/'), `an order goes through: ${end}`, `注文できる：${end}`);
}

async function release(
  komainu: KomainuStage,
  build: string,
  number: number,
  responses: readonly { readonly glob: string; readonly response: string }[],
): Promise<void> {
  const policies = join(dir, 'site.policies.yaml');
  // JSON is YAML.
  writeFileSync(
    policies,
    JSON.stringify({ policies: [{ glob: 'uploads/**', policy: 'no-exec' }], responses }),
  );
  const out = join(dir, 'release');
  mkdirSync(out, { recursive: true });
  const name = ['--shop', 'komorebi', '--root', 'site', '--release', String(number), '--by', 'drill'];
  const key = join(dir, 'keys/seal-key.pem');
  const from = ['--key', key, '--dir', build, '--out', out, '--policies', policies];
  const sealed = await komainu.run('seal', 'release', ...name, ...from);
  const to = ['--root', 'site', '--files', build, '--config', komainu.config];
  const installed = await komainu.run('seal', 'install', out, ...to);
  voice.expect(
    sealed.code === 0 && installed.code === 0,
    `release ${number} is signed and in force ${sealed.stderr}${installed.stderr}`.trim(),
    `リリース ${number} に署名し、有効にした ${sealed.stderr}${installed.stderr}`.trim(),
  );
}

/** Expects the sentence among those of all judgements, soon. */
async function told(api: Api, sentence: string): Promise<void> {
  try {
    await untilTrue(async () => (await titles(api, language)).includes(sentence));
    voice.expect(true, sentence, sentence);
  } catch {
    const said = (await titles(api, language)).join(' ');
    voice.expect(false, `"${sentence}" was not said, but: ${said}`, `「${sentence}」ではなく：${said}`);
  }
}

function configuration({ addresses, site }: ShopStage): string {
  return `shops:
  - id: komorebi
    name: こもれび自然市
    privateNetwork: true
    roots:
      - { id: site, path: ${site} }
    platform:
      kind: vendure
      adminApi: ${addresses.engine}
      username: komainu
      passwordEnv: KOMAINU_SHOP_PASSWORD
      cardMethods: [card]
    sealKey: keys/komainu.pub
server: { port: ${PORT} }
data: komainu-data
`;
}

/** DRILL: acts on loopback only. A script in the shop's database is found, told in one sentence and undone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Api } from '../lib/api.ts';
import { untilTrue } from '../lib/process.ts';
import { freePort } from '../lib/port.ts';
import { openVoice } from '../lib/say.ts';
import { openKomainu, openShop, type ShopStage } from '../lib/stage.ts';

const { values: options } = parseArgs({
  options: { lang: { type: 'string', default: 'en' }, json: { type: 'boolean', default: false } },
});
const language = options.lang === 'ja' ? 'ja' : 'en';
const voice = openVoice(language, options.json);
const dir = join(process.cwd(), '.komainu', 'drill-database-block');
const PORT = await freePort();
const closing: (() => Promise<void>)[] = [];
try {
  await drill();
} finally {
  for (const close of closing.toReversed()) await close();
}
if (options.json) process.stdout.write(`${JSON.stringify({ failures: voice.failures })}\n`);
process.exitCode = voice.failures.length === 0 ? 0 : 1;

async function drill(): Promise<void> {
  voice.scene('1  The shop opens, its database is sealed', '1　お店を開き、データベースを封印する');
  const shop = await openShop(dir, { komainuPort: PORT });
  closing.push(() => shop.stop());
  const komainu = openKomainu(shop, { port: PORT });
  writeFileSync(komainu.config, configuration(shop));
  const db = new DatabaseSync(join(dir, 'shop-data/engine/engine.sqlite'), { timeout: 10_000 });
  closing.push(async () => db.close());
  const sealed = await komainu.run('seal', '--by', 'drill', '--config', komainu.config);
  voice.expect(sealed.code === 0, `sealed: ${sealed.stdout.split('\n')[0]}`, '封印しました');
  const { api, process: server } = await komainu.up();
  closing.push(() => server.stop());
  const guard = await komainu.guard();
  closing.push(() => guard.stop());
  const verdict = async () => (await api.state()).shops[0]?.roots[0]?.lastReport?.verdict ?? null;
  await untilTrue(async () => (await verdict()) === 'clean');

  voice.scene('2  A script is written into the database', '2　データベースにスクリプトが書き込まれる');
  const { id, slug } = z
    .object({ id: z.number(), slug: z.string() })
    .parse(db.prepare("SELECT id, slug FROM product_translation WHERE languageCode = 'ja' LIMIT 1").get());
  const page = async () => (await fetch(new URL(`/products/${slug}`, shop.addresses.storefront))).text();
  const before = await page();
  const script = '<script src="/uploads/stat.js"></script>';
  db.prepare('UPDATE product_translation SET description = description || ? WHERE id = ?').run(script, id);
  const struckAt = Date.now();
  voice.expect(
    (await page()).includes(script),
    'the shop prints it into its page',
    'ショップのページに出力された',
  );

  voice.scene('3  The guard looks', '3　番人が気づく');
  await untilTrue(async () => (await verdict()) === 'tampered');
  const said = await sentences(api);
  const path = `product_translation/${id}/description`;
  const expected =
    language === 'ja'
      ? `封印時にはなかったスクリプトがデータベースに書き込まれています：${path}。`
      : `The database now holds a script that was not sealed: ${path}.`;
  voice.expect(said.includes(expected), `${Date.now() - struckAt} ms: ${said.join(' ')}`, said.join(' '));
  await untilTrue(async () => (await api.entries()).some(({ entry }) => entry.kind === 'halt.switched-off'));
  voice.expect(true, 'card payments are switched off', 'カード決済を停止した');

  voice.scene('4  It is undone', '4　元に戻す');
  const shown = await komainu.run('restore', path, '--root', 'engine', '--config', komainu.config, '--json');
  const { value } = z.object({ value: z.string() }).parse(JSON.parse(shown.stdout));
  db.prepare('UPDATE product_translation SET description = ? WHERE id = ?').run(value, id);
  await untilTrue(async () => (await verdict()) === 'clean');
  voice.expect(
    (await page()) === before || !(await page()).includes(script),
    'the page is as it was',
    'ページは元どおり',
  );

  voice.scene('5  An order under another kind of name', '5　スクリプトを名乗る注文者');
  const incidents = (await api.state()).shops[0]?.incidents.length;
  db.prepare(
    `INSERT INTO customer (createdAt, updatedAt, firstName, lastName, emailAddress)
     VALUES (datetime('now'), datetime('now'), ?, '', 'a@drill.example')`,
  ).run('<img src=x onerror=a()>');
  await untilTrue(async () => (await verdict()) === 'changed');
  voice.line(`  ${(await sentences(api)).join(' ')}`);
  const after = (await api.state()).shops[0]?.incidents.length;
  voice.expect(after === incidents, 'told, and nothing is halted for it', '知らせるだけで、決済は止めない');
}

/** What the newest judgement says. */
async function sentences(api: Api): Promise<readonly string[]> {
  const last = (await api.entries()).findLast(({ entry }) => entry.kind === 'judged')?.entry;
  if (last?.kind !== 'judged') return [];
  const judgement = z
    .object({ findings: z.array(z.object({ title: z.object({ en: z.string(), ja: z.string() }) })) })
    .parse(await (await api.get(`/api/judgements/${last.data.judgement}`)).json());
  return judgement.findings.map(({ title }) => title[language]);
}

function configuration({ addresses }: ShopStage): string {
  return `shops:
  - id: komorebi
    name: こもれび自然市
    privateNetwork: true
    databases:
      - { id: engine, kind: sqlite, file: shop-data/engine/engine.sqlite, platform: vendure, everySeconds: 1 }
    platform:
      kind: vendure
      adminApi: ${addresses.engine}
      username: komainu
      passwordEnv: KOMAINU_SHOP_PASSWORD
      cardMethods: [card]
server: { port: ${PORT} }
data: komainu-data
`;
}

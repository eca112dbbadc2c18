import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from '@komainu/model';
import { serverOf } from '../cli/client.ts';
import type { Run } from '../cli/command.ts';
import { loadConfig, shopOf } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { guardPaths } from '../cli/files.ts';
import { guardianId } from '../cli/guardian.ts';
import { openSeals } from '../cli/seals.ts';
import { needSystemd, program, type Step } from '../install/system.ts';
import { unitOf } from '../install/unit.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly server?: string;
  readonly id: string;
  readonly user: string;
  readonly tokenFile: string;
  readonly fanotify?: boolean;
  readonly print?: boolean;
  readonly dryRun?: boolean;
}

const unitFile = (id: string) => `/etc/systemd/system/komainu-${id}.service`;
const unitName = (id: string) => `komainu-${id}.service`;

/** Sets the guard up as a systemd unit with a user of its own; says every step before it is taken. */
export const guardInstall: Run<Options> = async (options, { out, env }) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const id = guardianId(options.id);
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(options.user))
    throw new KomainuError('usage', {
      en: `--user ${options.user}: not a name a system user can have`,
      ja: `--user ${options.user}: システムユーザー名として使えません`,
    });
  const { roots } = await openSeals(loaded, shop);
  const paths = guardPaths(loaded);
  const own = [join(paths.base, id), paths.blobs, join(paths.base, 'highest')];
  const { url } = serverOf(loaded, { ...env, KOMAINU_TOKEN: 'from the file' }, options.server);
  const responses = roots.flatMap(({ seal }) => seal.seal.responses ?? []);
  const unit = unitOf({
    guard: id,
    command: [
      ...commandLine(),
      'guard',
      '--config',
      loaded.file,
      '--shop',
      shop.id,
      '--server',
      url,
      '--id',
      id,
      '--json',
    ],
    user: options.user,
    own,
    roots: roots.map(({ dir }) => dir),
    writes: responses.some(({ response }) => response === 'restore' || response === 'quarantine'),
    halt: shop.localHalt?.kind === 'file' ? dirname(shop.localHalt.path) : null,
    fanotify: options.fanotify === true,
    token: options.tokenFile,
    server: url,
  });
  if (options.print === true) {
    process.stdout.write(unit);
    return EXIT.ok;
  }
  const steps: readonly Step[] = [
    {
      what: text(`the system user ${options.user}`, `システムユーザー ${options.user} を作成`),
      run: () => {
        program(['systemd-sysusers', '--inline', `u ${options.user} - "Komainu guard"`]);
      },
    },
    {
      what: text(
        `${own.join(' and ')}: made, and given to ${options.user}`,
        `${own.join(' と ')} を作成し、${options.user} に所有させる`,
      ),
      run: () => {
        for (const dir of own) mkdirSync(dir, { recursive: true, mode: 0o700 });
        program(['chown', '-R', '-h', `${options.user}:`, ...own]);
      },
    },
    {
      what: text(`the unit ${unitFile(id)}`, `ユニットファイル ${unitFile(id)} を作成`),
      run: () => writeFileSync(unitFile(id), unit, { mode: 0o644 }),
    },
    {
      what: text(
        `systemd starts ${unitName(id)}, now and at every boot`,
        `${unitName(id)} を今すぐ、また起動時に自動で開始`,
      ),
      run: () => {
        program(['systemctl', 'daemon-reload']);
        program(['systemctl', 'enable', '--now', unitName(id)]);
      },
    },
  ];
  if (options.dryRun !== true) {
    needSystemd();
    if (!existsSync(options.tokenFile))
      throw new KomainuError('usage', {
        en: `${options.tokenFile} is not there: put the server's token into it (mode 0600, owner root), or name another file with --token-file`,
        ja: `${options.tokenFile} がありません。サーバーのトークンを書いて保存する（所有者 root、モード 0600）か、--token-file で別のファイルを指定してください`,
      });
  }
  return take(steps, options.dryRun === true, out);
};

interface UninstallOptions {
  readonly id: string;
  readonly dryRun?: boolean;
}

/** Takes the unit away again; what the guard knows, and its user, stay. */
export const guardUninstall: Run<UninstallOptions> = async (options, { out }) => {
  const id = guardianId(options.id);
  if (options.dryRun !== true) {
    needSystemd();
    if (!existsSync(unitFile(id)))
      throw new KomainuError('usage', {
        en: `${unitFile(id)} is not there: nothing of that name was installed`,
        ja: `${unitFile(id)} がありません。この名前ではインストールされていません`,
      });
  }
  return take(
    [
      {
        what: text(
          `${unitName(id)} is stopped and starts no more`,
          `${unitName(id)} を停止し、自動起動を解除`,
        ),
        run: () => program(['systemctl', 'disable', '--now', unitName(id)]),
      },
      {
        what: text(
          `${unitFile(id)} is removed; the guard's data and user stay`,
          `${unitFile(id)} を削除（ガードのデータとユーザーは残します）`,
        ),
        run: () => {
          rmSync(unitFile(id));
          program(['systemctl', 'daemon-reload']);
        },
      },
    ],
    options.dryRun === true,
    out,
  );
};

function take(steps: readonly Step[], dry: boolean, out: Parameters<Run<object>>[1]['out']) {
  for (const { what, run } of steps) {
    out.line(`${dry ? '-' : '+'} ${out.say(what)}`);
    if (!dry) run();
  }
  out.result({ done: !dry, steps: steps.map(({ what }) => what) });
  return EXIT.ok;
}

/** How this very program is run: the interpreter, its options that matter, the script. */
const commandLine = (): readonly string[] => [
  realpathSync(process.execPath),
  ...process.execArgv.filter((arg) => arg.startsWith('--conditions') || arg.startsWith('--disable-warning')),
  realpathSync(process.argv[1] ?? ''),
];

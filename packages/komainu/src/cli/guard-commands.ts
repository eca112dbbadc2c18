import type { Command } from 'commander';
import { runs } from './command.ts';

type Option = readonly [flags: string, description: string, fallback?: string];

/** `komainu guard` and what is below it. */
export function guardCommands(
  program: Command,
  { config, shop, server }: { readonly config: Option; readonly shop: Option; readonly server: Option },
): void {
  // Its own options before the name of a command below it, theirs after.
  const guard = program.command('guard').enablePositionalOptions();
  runs(
    guard
      .description(
        "Watch the sealed files on the shop's server and tell the server at once; runs until stopped.",
      )
      .option(...config)
      .option(...shop)
      .option(...server)
      .option('--id <name>', 'name of this guard', 'guard-1')
      .addHelpText(
        'after',
        '\nThe token comes from KOMAINU_TOKEN or the data directory.\n\nExamples:\n  komainu guard\n  KOMAINU_TOKEN=… komainu guard --server http://127.0.0.1:4180 --id web-1',
      ),
    async () => (await import('../commands/guard.ts')).guard,
  );
  runs(
    guard
      .command('init')
      .argument('<dir>', "the shop's directory: all of its code, not only what the web sees")
      .description(
        'Look at a web root, recognise the shop, and propose how each path is guarded. Changes nothing.',
      )
      .option('-o, --out <file>', 'write the proposal to a file (left out: to stdout)')
      .option('--web-user <name>', 'as whom the web server runs (left out: www-data, apache, nginx…)')
      .addHelpText(
        'after',
        `
Knows EC-CUBE 4 and 2, WooCommerce, Magento 2, Shopware 6, PrestaShop, OpenCart, Zen Cart, Vendure, Medusa and Node;
anything else by names.

Examples:
  komainu guard init /var/www/eccube --out site.policies.yaml
  komainu guard init /var/www/html --web-user apache --lang ja`,
      ),
    async () => (await import('../commands/guard-init.ts')).init,
  );
  const dryRun = ['--dry-run', 'only say what would be done'] as const;
  const guardName = ['--id <name>', 'name of the guard', 'guard-1'] as const;
  runs(
    guard
      .command('key')
      .description('Show the key by which the server knows this guard.')
      .option(...config)
      .option(...guardName)
      .option('--new', 'make another key; the server must be told')
      .addHelpText('after', '\nExamples:\n  komainu guard key\n  komainu guard key --new'),
    async () => (await import('../commands/guard-key.ts')).guardKey,
  );
  runs(
    guard
      .command('install')
      .description('Set the guard up as a hardened systemd unit with a user of its own, and start it.')
      .option(...config)
      .option(...shop)
      .option(...server)
      .option(...guardName)
      .option('--user <name>', 'the system user', 'komainu-guard')
      .option('--token-file <file>', "file with the server's token", '/etc/komainu/guard.token')
      .option('--fanotify', 'be told who wrote what; gives the guard CAP_SYS_ADMIN')
      .option('--print', 'only show the unit')
      .option(...dryRun)
      .addHelpText(
        'after',
        `
Rights follow the sealed releases: a guard that only tells reads; one that restores or quarantines may write under its
roots. Seal first, and install again after that changed.

Examples:
  komainu guard install --print
  sudo komainu guard install --config /etc/komainu/komainu.yaml --server https://komainu.example --id web-1`,
      ),
    async () => (await import('../commands/guard-install.ts')).guardInstall,
  );
  runs(
    guard
      .command('uninstall')
      .description('Stop the guard and take its systemd unit away; its data stays.')
      .option(...guardName)
      .option(...dryRun)
      .addHelpText('after', '\nExamples:\n  sudo komainu guard uninstall --id web-1'),
    async () => (await import('../commands/guard-install.ts')).guardUninstall,
  );
  runs(
    guard
      .command('resume')
      .description('Let a guard that stopped putting files back do so again.')
      .option(...config)
      .option(...shop)
      .option('--root <id>', 'one root only')
      .option(...guardName)
      .requiredOption('--by <name>', 'who answers for it')
      .addHelpText('after', '\nExamples:\n  komainu guard resume --root site --by "佐藤 花子"'),
    async () => (await import('../commands/guard-resume.ts')).guardResume,
  );
}

import { Command, Option } from 'commander';
import { runs } from './cli/command.ts';
import { guardCommands } from './cli/guard-commands.ts';
import { EXIT } from './cli/errors.ts';
import { VERSION } from './version.ts';

const program = new Command('komainu')
  .description('Notices a tampered payment page in seconds, stops card payments, and accounts for it.')
  .version(VERSION)
  // Commands with subcommands have options of the same names: what stands behind a subcommand is its own.
  .enablePositionalOptions()
  .showHelpAfterError('(komainu help <command> shows examples)')
  .configureOutput({ outputError: (said, write) => write(`komainu: ${said.replace(/^error: /, '')}`) })
  .exitOverride((error) => {
    // commander's own exits: help and version are fine, anything else is a wrong call.
    process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
  });

const config = ['-c, --config <file>', 'the configuration', 'komainu.yaml'] as const;
const shop = ['--shop <id>', 'the shop; may be left out when there is one'] as const;
const server = ['--server <url>', "the server's address (KOMAINU_SERVER; else the configuration's)"] as const;

runs(
  program
    .command('check')
    .argument('[address]', 'the payment page; left out: the page of the configuration')
    .description('Open the payment page as a customer would, type a made-up card, and say where it went.')
    .option('-c, --config <file>', 'take the page, its journey and its payment calls from a configuration')
    .option(...shop)
    .option('--page <id>', 'the page of the configuration')
    .option('--journey <file>', 'the way there: Chrome DevTools Recorder JSON')
    .option('--private-network', 'the shop lives in a private network: visits may speak to private addresses')
    .option('--baseline <file>', 'what is approved (made by --approve)')
    .option('--approve <file>', 'approve what this visit sees and write it to a file')
    .option('--by <name>', 'who approves')
    .option('--extend', 'with --approve: what --baseline approves stays approved too')
    .option('--report <file...>', 'the report: .html, .json or .sarif, or several', ['komainu-report.html'])
    .option('--keep <dir>', 'keep the recordings and every body')
    .option('--from <dir>', 'judge again what --keep kept: no browser, no visit')
    .addOption(
      new Option(
        '--depth <depth>',
        "full: several visits that prove whether data depends on the card; one: a single visit (left out: the page's own)",
      ).choices(['full', 'one']),
    )
    .option('--persona <id>', 'who visits: desktop-ja (the default), mobile-ja, desktop-en, …')
    .option('--timeout <seconds>', 'deadline of the check', '120')
    .addHelpText(
      'after',
      `
Exit codes: 0 clean, 1 tampered, 2 changed (nobody approved it), 3 not fully observed, 64 wrong call.

Examples:
  komainu check https://shop.example/checkout/payment --journey payment.json
  komainu check --config komainu.yaml --approve baseline.json --by "佐藤 花子"
  komainu check --config komainu.yaml --baseline baseline.json --report report.html report.sarif
  komainu check --config komainu.yaml --keep evidence
  komainu check --from evidence --baseline baseline.json`,
    ),
  async () => (await import('./commands/check.ts')).check,
);

const journey = program
  .command('journey')
  .description('The way to the payment page: record it once, check that it still leads there.');
runs(
  journey
    .command('record')
    .argument('<address>', 'where the way begins: a product, the cart, the checkout')
    .description('Open a browser and write down what you do in it, up to where the card is typed.')
    .requiredOption('-o, --out <file>', 'the journey: Chrome DevTools Recorder JSON')
    .option('--title <title>', 'its name')
    .addHelpText(
      'after',
      `
Type any made-up card: what is typed there is never kept, only that it was typed. Stop before the order is placed, and
close the browser. Needs a display.

Examples:
  komainu journey record https://shop.example/products/soap -o payment.json`,
    ),
  async () => (await import('./commands/journey.ts')).record,
);
runs(
  journey
    .command('check')
    .argument('<file>', 'Chrome DevTools Recorder JSON')
    .option(
      '--url <address>',
      'the payment page; its origin stands for {{origin}} (left out: the first address of the journey)',
    )
    .option(
      '--private-network',
      'the shop lives in a private network: the visit may speak to private addresses',
    )
    .option('--persona <id>', 'who walks it: desktop-ja (the default), mobile-ja, …')
    .option('--timeout <seconds>', 'deadline', '60')
    .description('Walk a journey and say how each step went.')
    .addHelpText(
      'after',
      '\nExit codes: 0 walked to its end, 1 not, 64 wrong call, 65 not a journey.\n\nExamples:\n  komainu journey check payment.json --url https://shop.example/checkout/payment',
    ),
  async () => (await import('./commands/journey.ts')).check,
);

const by = ['--by <name>', 'who seals', process.env['USER'] ?? 'unknown'] as const;
const expires = [
  '--expires <days>',
  'after so many days without a newer seal the guard says so (left out: never)',
] as const;

const seal = runs(
  program
    .command('seal')
    .description('Seal the payment application: hash, sign and keep every file under its roots.')
    .enablePositionalOptions()
    .option(...config)
    .option(...shop)
    .option('--root <id>', 'one root only')
    .option(...by)
    .option(...expires)
    .option('--key-out <file>', 'write the public half of the sealing key, for sealKey in the configuration')
    .addHelpText(
      'after',
      `
Signs with a key on this server. Where the shop is built elsewhere, keep the key there: keygen, release, install.

Examples:
  komainu seal
  komainu seal --root site --by "release 42" --expires 90`,
    ),
  async () => (await import('./commands/seal.ts')).seal,
);
runs(
  seal
    .command('keygen')
    .argument('[dir]', 'where to write the keys', '.')
    .description("Make a sealing key; its private half never needs to be on the shop's server.")
    .addHelpText('after', '\nExamples:\n  komainu seal keygen keys'),
  async () => (await import('./commands/seal-keygen.ts')).keygen,
);
runs(
  seal
    .command('release')
    .description("Seal a directory in the deploy pipeline, away from the shop's server.")
    .requiredOption('--key <file>', 'the private key (mode 600)')
    .requiredOption('--shop <id>', "the shop's id in the server's configuration")
    .requiredOption('--root <id>', "the root's id in the server's configuration")
    .requiredOption('--dir <dir>', 'the files, exactly as they will be deployed')
    .requiredOption('--out <dir>', 'the seal directory; keep it from release to release')
    .option(
      '--policies <file>',
      'how each path is treated (komainu guard init proposes it); left out: all sealed',
    )
    .option('--owner <uid:gid>', 'who owns the files on the server (left out: whoever owns them here)')
    .option('--release <number>', 'its number, where a pipeline counts (left out: one more than the last)')
    .option(...by)
    .option(...expires)
    .addHelpText(
      'after',
      `
Examples:
  komainu seal release --key seal-key.pem --shop komorebi --root site --dir build --out seals/site --policies site.policies.yaml --owner 0:0
  komainu seal release --key seal-key.pem --shop komorebi --root site --dir build --out out --release "$BUILD_NUMBER"`,
    ),
  async () => (await import('./commands/seal-release.ts')).release,
);
runs(
  seal
    .command('install')
    .argument('<release>', 'the seal directory the pipeline made')
    .description("On the shop's server: verify a release that was sealed elsewhere and put it in force.")
    .option(...config)
    .option(...shop)
    .option('--root <id>', 'the root')
    .option('--files <dir>', 'where the new files wait, for restoring them later (left out: the root itself)')
    .addHelpText(
      'after',
      `
Put the seal in force first, then move the files: the guard follows. Exit codes: 0 in force, 1 refused.

Examples:
  komainu seal install seals/site --root site --files /srv/next`,
    ),
  async () => (await import('./commands/seal-install.ts')).install,
);

runs(
  program
    .command('scan')
    .description('Compare every file, and every sealed value of a database, with its seal, once.')
    .option(...config)
    .option(...shop)
    .option('--root <id>', 'one root only')
    .addHelpText(
      'after',
      '\nExit codes: 0 as sealed, 1 tampered, 2 changed, 3 not fully observed, 64 wrong call.\n\nExamples:\n  komainu scan\n  komainu scan --root site --json',
    ),
  async () => (await import('./commands/scan.ts')).scan,
);

guardCommands(program, { config, shop, server });

runs(
  program
    .command('up')
    .description('Start the server: checks on schedule, alarms, halts, evidence, and the console.')
    .option(...config)
    .option('--port <number>', 'instead of the configuration’s')
    .addHelpText('after', '\nExamples:\n  komainu up\n  komainu up --config /etc/komainu.yaml --port 8080'),
  async () => (await import('./commands/up.ts')).up,
);

runs(
  program
    .command('approve')
    .description('Approve what the page shows now: its scripts, destinations, headers, frames and forms.')
    .option(...config)
    .option(...shop)
    .option(...server)
    .option('--page <id>', 'the page')
    .requiredOption('--by <name>', 'who approves')
    .option('--justification <text>', 'why', 'first approval')
    .option(
      '--extend',
      'what was approved before stays so: the page shows different visitors different things',
    )
    .addHelpText(
      'after',
      `
Examples:
  komainu approve --by "佐藤 花子" --justification "リリース42"
  komainu approve --by "佐藤 花子" --justification "スマートフォン版" --extend`,
    ),
  async () => (await import('./commands/approve.ts')).approve,
);

runs(
  program
    .command('halt')
    .description('Stop card payments: switch off, void what is under way, prove it.')
    .option(...config)
    .option(...shop)
    .option(...server)
    .requiredOption('--by <name>', 'who orders it')
    .requiredOption('--reason <text>', 'why')
    .option('--no-wait', 'do not wait for the proof')
    .addHelpText(
      'after',
      '\nExit codes: 0 proved (ordered, with --no-wait), 1 not proved within 60 s (it goes on trying).\n\nExamples:\n  komainu halt --by "佐藤 花子" --reason "決済代行会社より連絡"',
    ),
  async () => (await import('./commands/halt.ts')).halt,
);

runs(
  program
    .command('resume')
    .description('Card payments on again; needs a clean check and a named person.')
    .option(...config)
    .option(...shop)
    .option(...server)
    .requiredOption('--by <name>', 'who answers for it')
    .requiredOption('--reason <text>', 'why it is safe')
    .addOption(
      new Option(
        '--accept <what...>',
        'take upon yourself what stands in the way; written into the ledger',
      ).choices(['altered-files', 'unproved-halt']),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 resumed, 1 refused (the sentence says why).\n\nExamples:\n  komainu resume --by "佐藤 花子" --reason "改ざんを修復し、脆弱性を解消"',
    ),
  async () => (await import('./commands/halt.ts')).resume,
);

runs(
  program
    .command('restore')
    .description("Put files back as they were sealed, from the seal's own store; what is replaced is kept.")
    .argument('[path]', 'below the root, as the report names it')
    .option(...config)
    .option(...shop)
    .option('--root <id>', 'the root')
    .option('--all', 'everything that differs; what the seal does not know is taken away, uploads are left')
    .addHelpText(
      'after',
      '\nExamples:\n  komainu restore assets/payment.js --root site\n  komainu restore --all --root site',
    ),
  async () => (await import('./commands/restore.ts')).restore,
);

const rules = program
  .command('rules')
  .description('What counts as a sign of theft in files: which rules are in force, and newer ones.');
runs(
  rules
    .command('show')
    .description('Say which rules are in force.')
    .option(...config),
  async () => (await import('./commands/rules.ts')).show,
);
runs(
  rules
    .command('update')
    .description('Take newer rules, signed by the key that rules.key names in the configuration.')
    .argument('<file>', 'the rules: JSON')
    .option(
      '--signature <file>',
      'their Ed25519 signature, 64 bytes (left out: the file with .sig behind its name)',
    )
    .option(...config)
    .addHelpText(
      'after',
      `
Every rule is tried on its own two examples before it is taken. A running server takes the new rules up by itself.

Exit codes: 0 in force, 1 refused (the sentence says why).

Examples:
  openssl pkeyutl -sign -inkey rules-key.pem -rawin -in signs.json -out signs.json.sig
  komainu rules update signs.json`,
    ),
  async () => (await import('./commands/rules.ts')).update,
);
runs(
  rules
    .command('judge')
    .description('Judge every report of files in the ledger anew by the rules in force; nothing is recorded.')
    .option(...config)
    .option(...server)
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing new is found, 2 something is.\n\nExamples:\n  komainu rules judge',
    ),
  async () => (await import('./commands/rules.ts')).judge,
);

const database = program.command('database').description('What is watched in the shop’s database.');
runs(
  database
    .command('grants')
    .description('Print the statements that make an account which can read the watched columns, and no more.')
    .option(...config)
    .option(...shop)
    .option('--root <id>', 'one database only')
    .addHelpText(
      'after',
      '\nRun them as an administrator of the database, with a password of your own in place of "…".\n\nExamples:\n  komainu database grants\n  komainu database grants --root shopdb',
    ),
  async () => (await import('./commands/database-grants.ts')).grants,
);

const evidence = program
  .command('evidence')
  .description('Evidence that others can verify without trusting us.');
runs(
  evidence
    .command('verify')
    .description('Verify a bundle offline: only the bundle and the public key are needed.')
    .argument('<bundle>', 'the .tar, or the directory it was unpacked to')
    .requiredOption('--key <key>', 'public key: a vkey line, or a file with it or with PEM')
    .addHelpText(
      'after',
      '\nExit codes: 0 verified, 1 altered (each file that is wrong is named).\n\nExamples:\n  komainu evidence verify bundle.tar --key ledger.vkey',
    ),
  async () => (await import('./commands/evidence.ts')).verify,
);
runs(
  evidence
    .command('bundle')
    .description('Write the ledger and every body it names into one file.')
    .argument('<file>', 'the .tar to write')
    .option(...config)
    .option(...server)
    .option('--from <index>', 'first entry', '0')
    .option('--to <index>', 'entry after the last')
    .option('--key-out <file>', 'write the public key beside it, for whoever verifies')
    .addHelpText('after', '\nExamples:\n  komainu evidence bundle case-2026-11-22.tar --key-out ledger.vkey'),
  async () => (await import('./commands/evidence.ts')).bundle,
);

runs(
  program
    .command('drill')
    .description('Replay an attack on the reference shop, on this machine only.')
    .argument('[name]', 'the drill; left out: lists them')
    .option('--variant <name>', 'of the drill')
    .option('--serve', 'keep everything running afterwards, with the console')
    .addHelpText(
      'after',
      '\nExamples:\n  komainu drill\n  komainu drill omochabako-2019\n  komainu drill omochabako-2019 --variant server-side',
    ),
  async () => (await import('./commands/drill.ts')).drill,
);

await program.parseAsync();

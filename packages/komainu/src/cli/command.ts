import { type Command, Option } from 'commander';
import { Text } from '@komainu/model';
import { EXIT, KomainuError, type ExitCode } from './errors.ts';
import { languageOf, openOutput, type Output } from './output.ts';

/** What every command is given beside its own options. */
export interface Context {
  readonly out: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** A command's work: it returns the exit code; a KomainuError is said in one sentence, anything else is a bug. */
export type Run<O> = (options: O, context: Context, args: readonly string[]) => Promise<ExitCode>;

interface CommonOptions {
  readonly json?: boolean;
  readonly lang?: string;
}

/** Gives `command` the options all share, and runs `load`ed work: modules come in only when a command is used. */
export function runs<O>(command: Command, load: () => Promise<Run<O>>): Command {
  return command
    .addOption(new Option('--json', 'one JSON value on stdout, for programs'))
    .addOption(new Option('--lang <language>', 'language of the sentences').choices(['en', 'ja']))
    .action(async (...received: unknown[]) => {
      const self = received.at(-1) as Command;
      const options = self.opts<O & CommonOptions>();
      const out = openOutput({
        json: options.json ?? false,
        language: languageOf(options.lang, process.env),
      });
      const abort = new AbortController();
      const stop = () => abort.abort();
      process.once('SIGINT', stop).once('SIGTERM', stop);
      try {
        const run = await load();
        process.exitCode = await run(options, { out, env: process.env, signal: abort.signal }, self.args);
      } catch (error) {
        process.exitCode = complain(error, out);
      } finally {
        process.off('SIGINT', stop).off('SIGTERM', stop);
      }
    });
}

/** Says what went wrong, without a stack trace unless KOMAINU_DEBUG asks for one. */
function complain(error: unknown, out: Output): ExitCode {
  if (process.env['KOMAINU_DEBUG']) console.error(error);
  if (error instanceof KomainuError) {
    const said = out.say(error.said);
    out.result({ error: { code: error.code, message: error.said } });
    process.stderr.write(`komainu: ${said}\n`);
    return error.exit;
  }
  // The server's own refusals carry both languages.
  const said = Text.safeParse(
    typeof error === 'object' && error !== null && 'text' in error ? error.text : undefined,
  );
  const plain = error instanceof Error ? error.message : String(error);
  const message = said.success ? out.say(said.data) : plain;
  const known =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
  out.result({
    error: {
      code: known ? String(error.code) : 'internal',
      message: said.success ? said.data : { en: plain, ja: plain },
    },
  });
  process.stderr.write(
    `komainu: ${message}${known ? '' : '\nkomainu: this is a fault of ours; KOMAINU_DEBUG=1 shows where.'}\n`,
  );
  return known ? EXIT.io : EXIT.software;
}

import { resolve } from 'node:path';
import { findWebUser, inspectRoot } from '@komainu/guard';
import type { Run } from '../cli/command.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { writeNamed } from '../cli/files.ts';
import { proposalYaml, remarks } from '../report/proposal.ts';

interface Options {
  readonly out?: string;
  readonly webUser?: string;
}

/** Looks at a web root and proposes how each path is to be treated. Changes nothing. */
export const init: Run<Options> = async (options, { out }, [dir = '.']) => {
  const webUser = findWebUser(options.webUser);
  if (options.webUser !== undefined && webUser === null)
    throw new KomainuError('usage', {
      en: `--web-user ${options.webUser}: there is no such user on this machine`,
      ja: `--web-user ${options.webUser}: このマシンに存在しないユーザーです`,
    });
  const seen = inspectRoot(resolve(dir), webUser);
  const yaml = proposalYaml(seen, out.language);
  const said = remarks(seen);
  if (options.out === undefined) out.line(yaml.trimEnd());
  else writeNamed(options.out, 'proposal', yaml);
  // Beside the proposal, so that it can be written to a file as it is.
  for (const remark of said) out.note(`! ${out.say(remark)}`);
  out.note(
    out.say({
      en: `Read every line, strike what is wrong, then put the policies below the root in komainu.yaml (roots: - { id: …, path: ${seen.dir}, policies: … }), or hand the file to "komainu seal release --policies". They count from the next seal on.`,
      ja: `各行を確認して修正し、komainu.yaml の該当するルートの下に貼り付けるか（roots: - { id: …, path: ${seen.dir}, policies: … }）、komainu seal release --policies に渡してください。次の封印から有効になります。`,
    }),
  );
  out.result({ ...seen, platform: seen.platform.id, above: seen.above?.dir ?? null, remarks: said, yaml });
  return EXIT.ok;
};

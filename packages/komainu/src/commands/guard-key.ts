import { join } from 'node:path';
import { openGuardKey } from '@komainu/guard';
import type { Run } from '../cli/command.ts';
import { loadConfig } from '../cli/config.ts';
import { EXIT } from '../cli/errors.ts';
import { guardPaths } from '../cli/files.ts';
import { guardianId } from '../cli/guardian.ts';

interface Options {
  readonly config: string;
  readonly id: string;
  readonly new?: boolean;
}

/** Shows the key by which the server knows this guard, or makes another: then the operator tells the server. */
export const guardKey: Run<Options> = async (options, { out }) => {
  const id = guardianId(options.id);
  const { key } = await openGuardKey(
    join(guardPaths(loadConfig(options.config)).base, id),
    options.new === true,
  );
  out.result({ guard: id, key });
  out.line(`guards:\n  - id: ${id}\n    key: ${key}`);
  out.note(
    out.say({
      en: 'Under the shop in komainu.yaml on the server, these lines make heartbeats by any other key be refused.',
      ja: 'サーバー側の komainu.yaml で店舗の下にこの行を書くと、ほかの鍵によるハートビートは拒否されます。',
    }),
  );
  if (options.new === true)
    out.note(
      out.say({
        en: 'This is a new key: write it there and restart the server and the guard, or the guard counts as silent.',
        ja: '新しい鍵を作りました。設定を書き換え、サーバーとガードを再起動してください。それまでガードは沈黙とみなされます。',
      }),
    );
  return EXIT.ok;
};

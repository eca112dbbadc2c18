import { grantStatements, planOf, refusePlan } from '@komainu/guard';
import type { Run } from '../cli/command.ts';
import { databasesOf, loadConfig, shopOf } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly root?: string;
}

/** The statements that make an account which can read the watched columns and do nothing else. */
export const grants: Run<Options> = async (options, { out }) => {
  const loaded = loadConfig(options.config);
  const databases = databasesOf(loaded, shopOf(loaded, options.shop), options.root);
  if (databases.length === 0)
    throw new KomainuError('usage', {
      en: `${loaded.file}: no database is configured`,
      ja: `${loaded.file}: データベースが設定されていません`,
    });
  const printed = databases.map((database) => {
    const plan = planOf(database);
    const refused = refusePlan(plan);
    if (refused !== null) throw new KomainuError('refused', refused);
    return { root: database.id, statements: grantStatements(database, plan) };
  });
  for (const { statements } of printed) for (const statement of statements) out.line(statement);
  out.result({ databases: printed });
  return EXIT.ok;
};

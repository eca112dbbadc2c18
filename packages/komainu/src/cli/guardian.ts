import { GuardianId } from '@komainu/model';
import { KomainuError } from './errors.ts';

/** @throws KomainuError `usage` for a name that is none. */
export function guardianId(name: string): GuardianId {
  const id = GuardianId.safeParse(name);
  if (id.success) return id.data;
  throw new KomainuError('usage', {
    en: `--id ${name}: lower-case letters, digits and "-"`,
    ja: `--id ${name}: 半角の英小文字、数字、「-」で指定してください`,
  });
}

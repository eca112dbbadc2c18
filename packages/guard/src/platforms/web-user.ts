import { readFileSync, type Stats } from 'node:fs';

/** As whom the web server, or its PHP, runs. */
export interface WebUser {
  readonly name: string;
  readonly uid: number;
  readonly gids: readonly number[];
}

/** Debian, Red Hat, Arch and nginx of its own; a shop of its own user names it. */
const USUAL = ['www-data', 'apache', 'http', 'nginx', 'www'];

const rows = (file: string): readonly (readonly string[])[] => {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
};

/** The user of that name, or the first of the usual ones that this machine has; null when there is none. */
export function findWebUser(name?: string, etc = '/etc'): WebUser | null {
  const users = rows(`${etc}/passwd`);
  const row = (name === undefined ? USUAL : [name])
    .flatMap((one) => users.filter(([user]) => user === one))
    .at(0);
  if (row === undefined) return null;
  const [user = '', , uid, gid] = row;
  const groups = rows(`${etc}/group`).filter(([, , , members]) => members?.split(',').includes(user));
  return { name: user, uid: Number(uid), gids: [Number(gid), ...groups.map(([, , id]) => Number(id))] };
}

/** Whether the user may write there, by mode and owner; without a user: whether anybody may. */
export function canWrite({ mode, uid, gid }: Stats, user: WebUser | null): boolean {
  if (user?.uid === uid) return (mode & 0o200) !== 0;
  if (user?.gids.includes(gid) === true) return (mode & 0o020) !== 0;
  return (mode & 0o002) !== 0;
}

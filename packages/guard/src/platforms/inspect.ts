import { lstatSync, realpathSync, type Stats } from 'node:fs';
import type { FilePath, Text } from '@komainu/model';
import type { Gap } from '../disk/difference.ts';
import { list } from '../disk/list.ts';
import { parentOf, ROOT, systemPath } from '../disk/names.ts';
import { compilePolicies } from '../disk/policy.ts';
import { codeOf, GuardError, sayError } from '../error.ts';
import { VERSION_CONTROL } from './common.ts';
import type { Platform, PlatformRule } from './platform.ts';
import { recognise, recogniseAbove } from './recognise.ts';
import { unusualAt } from './unusual-at.ts';
import { canWrite, type WebUser } from './web-user.ts';

/** What was seen of a web root before anything is sealed. */
export interface Inspection {
  /** A real, absolute path. */
  readonly dir: string;
  readonly platform: Platform;
  /** A platform that begins above: `dir` is only the part of it that the web sees. */
  readonly above: { readonly dir: string; readonly platform: Platform } | null;
  /** The proposed rules, each with the files it treats. */
  readonly rules: readonly (PlatformRule & { readonly files: number })[];
  /** Files that no rule treats: sealed. */
  readonly others: number;
  /** Directories of uploads that are there: `no-exec`, topmost only. */
  readonly uploads: readonly FilePath[];
  /** Sealed directories the web user may write in, topmost only: an attacker's way in is also a way to the code. */
  readonly writable: readonly FilePath[];
  /** Whether sealed files themselves may be overwritten by the web user. */
  readonly writableFiles: number;
  readonly webUser: WebUser | null;
  readonly unusual: readonly { readonly path: FilePath; readonly why: Text }[];
  readonly gaps: readonly Gap[];
}

/**
 * Looks at a web root: which shop it is, what would be sealed, and what a person should see to first. Reads names and
 * rights of everything, and the first and last bytes of uploads.
 * @throws GuardError `root-missing`.
 */
export function inspectRoot(at: string, webUser: WebUser | null): Inspection {
  const dir = real(at);
  const platform = recognise(dir);
  const versioned = ['.git', '.svn', '.hg'].some((name) =>
    lstatSync(`${dir}/${name}`, { throwIfNoEntry: false }),
  );
  const rules = versioned ? [...platform.rules, VERSION_CONTROL] : platform.rules;
  const policies = compilePolicies(rules);
  const files = rules.map(() => 0);
  const uploads = new Set<FilePath>();
  const writable = new Set<FilePath>();
  const unusual: { path: FilePath; why: Text }[] = [];
  const gaps: Gap[] = [];
  let others = 0;
  let writableFiles = 0;

  const look = (path: FilePath, stat: Stats) => {
    const rule = policies.ruleOf(path);
    const policy = policies.of(path);
    if (stat.isDirectory()) {
      const inside = policies.of(`${path}/\0`);
      if (inside === 'no-exec' && !below(path, uploads)) uploads.add(path);
      if (policy === 'sealed' && inside === 'sealed' && canWrite(stat, webUser) && !below(path, writable))
        writable.add(path);
    } else if (rule >= 0) files[rule] = (files[rule] ?? 0) + 1;
    else others += 1;
    if (stat.isFile() && policy === 'sealed' && canWrite(stat, webUser)) writableFiles += 1;
    const why = unusualAt(dir, path, stat, policy);
    if (why) unusual.push({ path, why });
  };

  look(ROOT, lstatSync(dir));
  const directories: FilePath[] = [ROOT];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    const listing = list(dir, directory);
    if (listing.kind === 'unreadable') gaps.push({ path: directory, detail: listing.detail });
    if (listing.kind !== 'listed') continue;
    for (const { path, directory: inner } of listing.names) {
      try {
        const stat = lstatSync(systemPath(dir, path), { throwIfNoEntry: false });
        if (stat) look(path, stat);
      } catch (error) {
        gaps.push({ path, detail: sayError(error) });
      }
      if (inner) directories.push(path);
    }
  }
  return {
    dir,
    platform,
    above: platform.marks.length === 0 ? recogniseAbove(dir) : null,
    rules: rules.map((rule, index) => ({ ...rule, files: files[index] ?? 0 })),
    others,
    uploads: [...uploads].sort(),
    writable: [...writable].sort(),
    writableFiles,
    webUser,
    unusual: unusual.sort((a, b) => (a.path < b.path ? -1 : 1)),
    gaps,
  };
}

const below = (path: FilePath, tops: ReadonlySet<FilePath>): boolean => {
  for (let at = path; at !== ROOT; at = parentOf(at)) if (tops.has(parentOf(at))) return true;
  return false;
};

function real(dir: string): string {
  try {
    return realpathSync(dir);
  } catch (error) {
    throw new GuardError('root-missing', `cannot look at ${dir}: ${codeOf(error)}`, { cause: error });
  }
}

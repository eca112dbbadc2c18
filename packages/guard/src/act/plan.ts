import type { FileChange, FilePath, FileState, Response, ResponseRule, Seal } from '@komainu/model';
import { globToRegExp } from '../disk/policy.ts';
import type { SealedEntries } from '../seal/entries.ts';

/** Has this file no place among uploads? `bytes` are null where they were not kept. Asked for folders of policy `no-exec`. */
export type IsMisplaced = (path: FilePath, bytes: Uint8Array | null) => boolean;

/** One path to be put as the seal has it: written where it is sealed, taken away where it is not. */
export interface Step {
  readonly act: 'restore' | 'quarantine';
  readonly path: FilePath;
  readonly change: FileChange;
}

interface Plan {
  /** Directories before what is in them when restoring; after it when taking away. */
  readonly steps: readonly Step[];
  /** The path that asks for a halt. */
  readonly halt: FilePath | null;
}

/** What is to be done about changes. The bytes of one are asked for only where they decide. */
export type Planner = (changes: readonly FileChange[], bytesOf: BytesOf) => Promise<Plan>;
type BytesOf = (change: FileChange) => Promise<Uint8Array | null>;

/**
 * Turns changes into steps by the signed release alone. `isWaiting`: does the path stand as the release before had it,
 * and may that still have to be deployed? Then it is told, and left.
 */
export function makePlanner(
  seal: Pick<Seal, 'responses'>,
  sealed: Pick<SealedEntries, 'has'>,
  isWaiting: ((path: FilePath, state: FileState | null) => boolean) | null,
  isMisplaced: IsMisplaced,
): Planner {
  const rules = (seal.responses ?? []).map((rule) => ({ ...rule, pattern: globToRegExp(rule.glob) }));
  const ruleOf = (path: FilePath): ResponseRule | undefined => rules.find((one) => one.pattern.test(path));
  const isMinor = ({ kind, policy }: FileChange) => kind === 'metadata' || policy === 'churn';

  return async (changes, bytesOf) => {
    const steps: Step[] = [];
    let halt: FilePath | null = null;
    const plan = async (path: FilePath, change: FileChange) => {
      const rule = ruleOf(path);
      if (!rule || (isMinor(change) && rule.metadata !== true) || isWaiting?.(path, change.after)) return;
      const known = sealed.has(path);
      if (!known && change.policy === 'no-exec' && !(await doesNotBelong(change, bytesOf, isMisplaced)))
        return;
      if (rule.response === 'halt') halt ??= path;
      const act = actOf(rule.response, known);
      if (act !== null) steps.push({ act, path, change });
    };
    for (const change of changes) {
      await plan(change.path, change);
      if (change.from !== null) await plan(change.from, change);
    }
    return { steps: inOrder(steps), halt };
  };
}

function actOf(response: Response, known: boolean): Step['act'] | null {
  if (response === 'restore') return known ? 'restore' : 'quarantine';
  return response === 'quarantine' && !known ? 'quarantine' : null;
}

/** A link may point at anything on the machine. A mere picture is what the folder is for. */
const doesNotBelong = async (
  change: FileChange,
  bytesOf: BytesOf,
  isMisplaced: IsMisplaced,
): Promise<boolean> =>
  change.after?.type === 'link' ||
  (change.after?.type === 'file' && isMisplaced(change.path, await bytesOf(change)));

const depth = ({ path }: Step) => path.split('/').length;

function inOrder(steps: readonly Step[]): readonly Step[] {
  const of = (act: Step['act']) => steps.filter((step) => step.act === act);
  return [
    ...of('restore').sort((a, b) => depth(a) - depth(b)),
    ...of('quarantine').sort((a, b) => depth(b) - depth(a)),
  ];
}

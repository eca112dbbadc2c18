import type { FileChange, Finding, Reference } from '@komainu/model';

/** Into the evidence: a file before, and as it is now. */
export const fileReferences = (change: FileChange, index: number): readonly Reference[] => [
  ...(change.bodyBefore === null
    ? []
    : [
        {
          label: change.from ?? change.path,
          blob: change.bodyBefore,
          pointer: null,
          role: 'before' as const,
        },
      ]),
  {
    label: change.path,
    blob: change.bodyAfter,
    pointer: `/changes/${index}`,
    role: change.bodyAfter === null ? 'file' : 'after',
  },
];

/** The places, in their report, of the changes a finding speaks of. */
export const changesOf = ({ references }: Pick<Finding, 'references'>): readonly number[] =>
  references.flatMap(({ pointer }) => {
    const found = /^\/changes\/(\d{1,6})$/.exec(pointer ?? '')?.[1];
    return found === undefined ? [] : [Number(found)];
  });

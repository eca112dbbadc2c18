import type { FileChange, Reference } from '@komainu/model';

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

import type { FileWriter, FilePath } from '@komainu/model';

/** Where the kernel's word of changes comes from: the best first. */
export const SOURCES = ['fanotify', 'inotify', 'fs-watch'] as const;
export type SourceName = (typeof SOURCES)[number];

/** Gets what the kernel says, as soon as it says it. */
export interface Heard {
  /** Something happened to this path; `who` did it, where the kernel tells. */
  changed(path: FilePath, who: FileWriter | null): void;
  /** Events were lost: nothing can be said of what happened meanwhile. */
  lost(detail: string): void;
}

/** One way to hear of changes in directories. All of them are told of a directory before it is listed. */
export interface EventSource {
  readonly name: SourceName;
  /** All watches end; the root is here from now on. */
  moveTo(real: string): void;
  /** Null when the directory is watched, or gone again; else why it cannot be. */
  arm(path: FilePath): string | null;
  disarm(path: FilePath): void;
  close(): Promise<void>;
}

/** The source is opened, or why it cannot be. */
export type OpenedSource = EventSource | string;

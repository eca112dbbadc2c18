import { openFanotify } from './fanotify.ts';
import { openFsWatch } from './fs-watch.ts';
import { openInotify } from './inotify.ts';
import { type Libc, loadLibc } from './libc.ts';
import { type EventSource, type Heard, type SourceName, SOURCES } from './source.ts';

/** The best way to hear of changes that works here, from the wanted one on; and why no better one does. */
export function openSource(
  wanted: SourceName | 'auto',
  heard: Heard,
): { readonly source: EventSource; readonly refused: readonly string[] } {
  const refused: string[] = [];
  const from = wanted === 'auto' ? 0 : SOURCES.indexOf(wanted);
  const libc = from < SOURCES.indexOf('fs-watch') ? loadLibc() : null;
  for (const name of SOURCES.slice(from)) {
    if (name === 'fs-watch') break;
    const opened = libc ? openNative(name, libc, heard) : 'koffi is not installed';
    if (typeof opened !== 'string') return { source: opened, refused };
    refused.push(`${name}: ${opened}`);
  }
  return { source: openFsWatch(heard), refused };
}

const openNative = (name: 'fanotify' | 'inotify', libc: Libc, heard: Heard) =>
  name === 'fanotify' ? openFanotify(libc, heard) : openInotify(libc, heard);

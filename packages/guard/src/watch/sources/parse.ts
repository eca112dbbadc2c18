import { textOfBytes } from '../../disk/names.ts';

/** One event as the kernel writes it. */
interface KernelEvent {
  /** Of the watched directory: inotify's watch number, or fanotify's file handle in hex. */
  readonly directory: string;
  /** In the directory, as a FilePath has it; null for the directory itself. */
  readonly name: string | null;
  /** Who did it; 0 where the kernel does not tell. */
  readonly pid: number;
}

/** What one read gave; `lost`: the queue had overflowed. */
export interface KernelEvents {
  readonly events: readonly KernelEvent[];
  readonly lost: boolean;
}

const OVERFLOW = 0x4000;

/** `struct inotify_event`: watch, mask, cookie, length of the name; then the name, filled up with zeros. */
export function parseInotify(bytes: Buffer): KernelEvents {
  const events: KernelEvent[] = [];
  let lost = false;
  for (let at = 0; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 12);
    if (bytes.readUInt32LE(at + 4) & OVERFLOW) lost = true;
    else {
      const name = untilZero(bytes.subarray(at + 16, at + 16 + length));
      events.push({ directory: `${bytes.readInt32LE(at)}`, name, pid: 0 });
    }
    at += 16 + length;
  }
  return { events, lost };
}

const METADATA = 24;
const DIRECTORY_AND_NAME = 2;
const DIRECTORY = 3;

/**
 * `struct fanotify_event_metadata` (length, version, length of itself, mask, fd, pid), then records: type, length,
 * file system, and a `struct file_handle` of the directory with the name behind it.
 */
export function parseFanotify(bytes: Buffer): KernelEvents {
  const events: KernelEvent[] = [];
  let lost = false;
  for (let at = 0; at + METADATA <= bytes.length; ) {
    const end = at + bytes.readUInt32LE(at);
    if (end <= at || end > bytes.length) break;
    if (bytes.readUInt32LE(at + 8) & OVERFLOW) lost = true;
    const pid = bytes.readInt32LE(at + 20);
    for (let record = at + bytes.readUInt16LE(at + 6); record + 4 <= end; ) {
      const type = bytes.readUInt8(record);
      const length = bytes.readUInt16LE(record + 2);
      if (length < 4) break;
      if (type === DIRECTORY_AND_NAME || type === DIRECTORY) {
        const handle = record + 12;
        const name = handle + 8 + bytes.readUInt32LE(handle);
        events.push({
          directory: bytes.toString('hex', record + 4, name),
          name: type === DIRECTORY ? null : untilZero(bytes.subarray(name, record + length)),
          pid,
        });
      }
      record += length;
    }
    at = end;
  }
  return { events, lost };
}

/** `.` is how fanotify names the directory itself. */
function untilZero(padded: Buffer): string | null {
  const zero = padded.indexOf(0);
  const name = zero < 0 ? padded : padded.subarray(0, zero);
  return name.length === 0 || (name.length === 1 && name[0] === 0x2e) ? null : textOfBytes(name);
}

import { type FileDiff, type Text, text } from '@komainu/model';
import { untrusted } from '../cli/output.ts';

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;
const plain = (line: string): Text => text(line, line);

/** What changed in a file, line by line: for a terminal as well as for a page, which escapes it. */
export function diffLines(diff: FileDiff): readonly Text[] {
  if (diff.kind === 'binary') {
    const { before, after, offset, was, is } = diff;
    const size = (side: typeof before) => side?.size.toLocaleString('en-US') ?? '–';
    return [
      text(
        `${size(before)} → ${size(after)} bytes; different from byte ${offset.toLocaleString('en-US')}`,
        `${size(before)} → ${size(after)} バイト、${offset.toLocaleString('en-US')} バイト目から異なる`,
      ),
      ...(before === null ? [] : [plain(`- ${before.hash}`)]),
      ...(after === null ? [] : [plain(`+ ${after.hash}`)]),
      ...(was === '' ? [] : [plain(`- ${was}`)]),
      ...(is === '' ? [] : [plain(`+ ${is}`)]),
    ];
  }
  const lines = diff.hunks.flatMap((hunk) => [
    plain(`@@ -${hunk.before} +${hunk.after} @@`),
    ...hunk.lines.map((line) =>
      plain(`${SIGNS[line.kind]} ${untrusted(line.text.replaceAll('\t', '  '), 240)}`),
    ),
  ]);
  return diff.hidden === 0
    ? lines
    : [...lines, text(`… and ${diff.hidden} more changed lines`, `…ほかに${diff.hidden}行の変更があります`)];
}

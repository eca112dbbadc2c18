import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';
import { shown } from '../show.ts';

export const guardGaps = defineDetector({
  id: 'guard-gaps',
  title: text('Something the guard could not see', '番人が確認できなかった部分'),
  why: text(
    'An unreadable file or an overflowing queue is a place to hide, and can be made on purpose.',
    '読めないファイルや取りこぼしは隠れ場所になり、意図的に作り出すこともできます。',
  ),
  requires: ['gaps'],
  detect: ({ gaps }) =>
    gaps.map(({ path, detail }, index) => ({
      subject: path ?? 'root',
      grade: 'unobserved',
      severity: 'medium',
      title:
        path === null
          ? text(
              'The guard could not see everything under the sealed folder.',
              '封印したフォルダーの一部を、番人が確認できませんでした。',
            )
          : text(
              `The guard could not examine ${shown(path)}.`,
              `番人が ${shown(path)} を確認できませんでした。`,
            ),
      detail: text(
        `Reason: ${shown(detail, 200)}. Remove the cause (permissions, disk, limits) and scan again; until then this part is not known to be intact.`,
        `理由：${shown(detail, 200)}。原因（権限、ディスク、上限）を取り除いて、もう一度走査してください。それまでは、この部分が無事かどうかは分かりません。`,
      ),
      references: [{ label: path ?? '', blob: null, pointer: `/gaps/${index}`, role: 'file' as const }],
    })),
});

import { type Earlier, growing } from '@komainu/detect';
import type { BlobRef, Blobs, GuardReport } from '@komainu/model';

/** Remembers what pictures were in the reports before: what is not sealed grows from report to report. */
export interface Earliers {
  /** What is known of the pictures in a report, as far as it is another state; then the report becomes the last one. */
  of(report: GuardReport, ref: BlobRef): Promise<ReadonlyMap<string, Earlier>>;
}

/** Paths remembered; the one not heard of for longest is forgotten first. */
const MOST = 5_000;
const MAX_BODY = 16 * 1024 * 1024;
/** Of one report. */
const MAX_ALL = 128 * 1024 * 1024;

export function rememberPictures(blobs: Blobs): Earliers {
  const last = new Map<string, { readonly report: BlobRef; readonly body: BlobRef }>();
  return {
    async of(report, ref) {
      const known = new Map<string, Earlier>();
      let left = MAX_ALL;
      for (const { path, bodyAfter, after } of growing(report)) {
        if (bodyAfter === null) continue;
        const key = `${report.shop}/${report.root}/${path}`;
        const before = last.get(key);
        last.delete(key);
        last.set(key, { report: ref, body: bodyAfter });
        if (before === undefined || before.body === bodyAfter || (after?.size ?? 0) > MAX_BODY) continue;
        const bytes = await blobs.get(before.body).catch(() => undefined);
        if (bytes === undefined || bytes.length > left) continue;
        left -= bytes.length;
        known.set(path, { report: before.report, bytes });
      }
      for (const oldest of last.keys()) {
        if (last.size <= MOST) break;
        last.delete(oldest);
      }
      return known;
    },
  };
}

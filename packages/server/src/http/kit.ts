import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { BlobRef, PageId, ShopId } from '@komainu/model';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { ja } from 'zod/locales';
import { ApiError } from './api-error.ts';
import { ErrorBody } from './schemas.ts';

export const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
export const body = <T extends z.ZodType>(schema: T) => ({ required: true, content: json(schema) });
export const bytes = (type = 'application/octet-stream') => ({
  [type]: { schema: { type: 'string' as const, format: 'binary' } },
});

const problem = (description: string) => ({ description, content: json(ErrorBody) });
/** Every route may answer so. */
export const problems = {
  400: problem('The request is not as described here.'),
  401: problem('No token, or a wrong one.'),
  403: problem('Another host or origin.'),
  404: problem('There is nothing of that name.'),
  409: problem('It does not fit what is there.'),
  413: problem('Too large.'),
  429: problem('Too many wrong tokens.'),
  500: problem('An error of the server; its log has the reason.'),
  503: problem('Nothing was acknowledged: evidence cannot be stored, or a check cannot be made.'),
} as const;

export const security: Record<string, string[]>[] = [{ token: [] }, { session: [] }];

export const inPath = {
  shop: z.object({ shop: ShopId }),
  page: z.object({ shop: ShopId, page: PageId }),
  ref: z.object({ ref: BlobRef }),
} as const;

/** An app whose refusals of bad input are ours: which field, what is wrong, no stack. */
export const newApp = () =>
  new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      const where = issue === undefined || issue.path.length === 0 ? result.target : issue.path.join('.');
      throw new ApiError(
        400,
        'bad-request',
        `${cut(where)}: ${cut(issue?.message ?? 'not as described')}`,
        `${cut(where)}: ${cut(issue === undefined ? '値が正しくありません' : inJapanese(issue))}`,
      );
    },
  });

const { localeError } = ja();
/** zod's own words for the issue; a rule of ours has English words only, and is then said in general. */
function inJapanese(issue: z.core.$ZodIssue): string {
  // Its sentence for this one names the input, which the issue does not carry.
  if (issue.code === 'invalid_type') return `無効な入力: ${issue.expected} が必要です`;
  const said = issue.code === 'custom' ? undefined : localeError(issue as z.core.$ZodRawIssue);
  return (typeof said === 'string' ? said : said?.message) ?? '値が正しくありません';
}
const cut = (untrusted: string): string => untrusted.slice(0, 300).toWellFormed();

export const limit = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new ApiError(
        413,
        'too-large',
        `The request is larger than ${maxSize} bytes.`,
        `リクエストが ${maxSize} バイトを超えています。`,
      );
    },
  });

export { createRoute };

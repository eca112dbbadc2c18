import type { BlobRef, FileChange } from '@komainu/model';
import { useMemo } from 'react';
import { useBody } from '../api/queries.ts';
import { useSpeech } from '../i18n/index.ts';
import { asText, type Body, byteSize, hexHead, SHOWN_BYTES } from '../pure/bytes.ts';
import { type Diff, diffText, wholeText } from '../pure/diff.ts';
import { DiffTable } from './DiffTable.tsx';
import { Mono } from './Untrusted.tsx';

type Shown =
  | { readonly kind: 'diff'; readonly diff: Diff }
  | { readonly kind: 'too-different'; readonly diff: Diff }
  | { readonly kind: 'binary'; readonly body: Body };

const compare = (before: Body | null, after: Body | null): Shown | null => {
  const [old, now] = [before && asText(before), after && asText(after)];
  if ((before !== null && old === null) || (after !== null && now === null)) {
    const body = after ?? before;
    return body === null ? null : { kind: 'binary', body };
  }
  if (old !== null && now !== null) {
    const diff = diffText(old, now);
    return diff.kind === 'too-different'
      ? { kind: 'too-different', diff: wholeText(now, 'added') }
      : { kind: 'diff', diff };
  }
  if (now !== null) return { kind: 'diff', diff: wholeText(now, 'added') };
  return old === null ? null : { kind: 'diff', diff: wholeText(old, 'removed') };
};

const Binary = ({ body, change }: { readonly body: Body; readonly change: FileChange }) => {
  const { say } = useSpeech();
  const state = change.after ?? change.before;
  return (
    <div className="binary">
      <p className="stamp">
        <span>{say('files.binary')}</span>
        {state !== null && <span>{byteSize(state.size)}</span>}
        {state?.hash && <Mono text={state.hash} />}
      </p>
      <pre tabIndex={0}>{hexHead(body.bytes)}</pre>
    </div>
  );
};

const content = (change: FileChange): boolean => change.kind !== 'metadata';

/** A file before and after: as a unified diff when it is text, as its first bytes when it is not. */
export const FileDiff = ({ change }: { readonly change: FileChange }) => {
  const { say } = useSpeech();
  const wanted = (ref: BlobRef | null): BlobRef | null => (content(change) ? ref : null);
  const before = useBody(wanted(change.bodyBefore));
  const after = useBody(wanted(change.bodyAfter));
  const waiting =
    (before.isPending && wanted(change.bodyBefore) !== null) ||
    (after.isPending && wanted(change.bodyAfter) !== null);
  const [old, now] = [before.data ?? null, after.data ?? null];
  const shown = useMemo(() => (waiting ? null : compare(old, now)), [waiting, old, now]);
  if (!content(change)) return null;
  if (change.bodyBefore === null && change.bodyAfter === null) {
    const isFile = (change.after ?? change.before)?.type === 'file';
    return isFile ? <p className="soft">{say('files.notkept')}</p> : null;
  }
  if (before.isError || after.isError) return <p className="refusal">{say('error.body')}</p>;
  if (shown === null) return <p className="soft">{say('loading')}</p>;
  if (shown.kind === 'binary') return <Binary body={shown.body} change={change} />;
  return (
    <>
      {shown.kind === 'too-different' && <p className="soft">{say('files.different')}</p>}
      {(old?.cut || now?.cut) && <p className="soft">{say('files.cut', { size: byteSize(SHOWN_BYTES) })}</p>}
      <DiffTable diff={shown.diff} path={change.path} />
    </>
  );
};

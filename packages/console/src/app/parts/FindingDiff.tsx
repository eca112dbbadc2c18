import type { FileDiff } from '@komainu/model';
import { useSpeech } from '../i18n/index.ts';
import { byteSize } from '../pure/bytes.ts';
import { type Diff, fromFinding } from '../pure/diff.ts';
import { DiffTable } from './DiffTable.tsx';
import { Mono } from './Untrusted.tsx';

/** What changed in the file a finding is about, as far as the judgement itself shows it. */
export const FindingDiff = ({ diff, path }: { readonly diff: FileDiff; readonly path: string }) => {
  const { say } = useSpeech();
  const shown: Diff | null = diff.kind === 'text' ? fromFinding(diff) : null;
  return (
    <details>
      <summary>{say('finding.diff')}</summary>
      {shown !== null && <DiffTable diff={shown} path={path} />}
      {diff.kind === 'binary' && (
        <div className="binary">
          <p className="stamp">
            <span>
              {say('files.size', {
                before: diff.before === null ? '–' : byteSize(diff.before.size),
                after: diff.after === null ? '–' : byteSize(diff.after.size),
              })}
            </span>
            <span>{say('finding.offset', { offset: diff.offset })}</span>
          </p>
          {diff.was !== '' && (
            <p>
              − <Mono text={diff.was} />
            </p>
          )}
          {diff.is !== '' && (
            <p>
              + <Mono text={diff.is} />
            </p>
          )}
        </div>
      )}
    </details>
  );
};

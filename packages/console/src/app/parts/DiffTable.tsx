import { Fragment } from 'react';
import { useSpeech } from '../i18n/index.ts';
import type { Diff, DiffLine } from '../pure/diff.ts';
import type { Segment } from '../pure/segments.ts';
import { visibleText } from '../pure/visible.ts';
import { Bdi } from './Untrusted.tsx';

const Piece = ({ segment }: { readonly segment: Segment }) => {
  const { say } = useSpeech();
  switch (segment.kind) {
    case 'plain':
      return <Bdi text={segment.text} />;
    case 'marked':
      return (
        <mark>
          <Bdi text={segment.text} />
        </mark>
      );
    case 'elided':
      return <span className="elided">{say('files.elided', { count: segment.characters })}</span>;
  }
};

const SIGN = { same: '', added: '+', removed: '−' } as const;

const Line = ({ line }: { readonly line: DiffLine }) => {
  const { say } = useSpeech();
  return (
    <tr className={`is-${line.kind}`}>
      <td className="number">{line.before}</td>
      <td className="number">{line.after}</td>
      <td className="sign">
        <span aria-hidden="true">{SIGN[line.kind]}</span>
        {line.kind !== 'same' && <span className="unseen">{say(`diff.${line.kind}`)}</span>}
      </td>
      <td className="code">
        {line.segments.map((segment, at) => (
          <Piece key={at} segment={segment} />
        ))}
      </td>
    </tr>
  );
};

const Skipped = ({ count }: { readonly count: number }) => {
  const { say } = useSpeech();
  if (count === 0) return null;
  return (
    <tr className="is-skipped">
      <td colSpan={4}>{say('files.skipped', { count })}</td>
    </tr>
  );
};

/** A unified diff with the numbers of both sides; added and removed lines are told by sign and word, not colour alone. */
export const DiffTable = ({ diff, path }: { readonly diff: Diff; readonly path: string }) => {
  const { say } = useSpeech();
  if (diff.kind === 'line-ends') return <p className="soft">{say('files.lineends')}</p>;
  if (diff.kind === 'too-different') return <p className="soft">{say('files.different')}</p>;
  return (
    <div className="diff">
      <p className="diff-counts">
        {diff.added > 0 && <span className="plus">{say('files.lines.added', { count: diff.added })}</span>}
        {diff.removed > 0 && (
          <span className="minus">{say('files.lines.removed', { count: diff.removed })}</span>
        )}
      </p>
      <div
        className="diff-scroll"
        tabIndex={0}
        role="region"
        aria-label={say('diff.label', { path: visibleText(path) })}
      >
        <table>
          <tbody>
            {diff.hunks.map((hunk) => {
              const first = hunk.lines[0];
              return (
                <Fragment key={`${first?.before ?? ''}:${first?.after ?? ''}`}>
                  <Skipped count={hunk.skipped} />
                  {hunk.lines.map((line) => (
                    <Line key={`${line.before ?? ''}:${line.after ?? ''}`} line={line} />
                  ))}
                </Fragment>
              );
            })}
            <Skipped count={diff.rest} />
          </tbody>
        </table>
      </div>
      {diff.hidden > 0 && <p className="soft">{say('files.hidden', { count: diff.hidden })}</p>}
    </div>
  );
};

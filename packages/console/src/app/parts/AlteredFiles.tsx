import type { FileChange, FileState, FileWriter, Incident } from '@komainu/model';
import { useState } from 'react';
import { fileJudgements, openFileJudgements, useReports } from '../api/queries.ts';
import type { ShopView } from '../api/types.ts';
import { useSpeech } from '../i18n/index.ts';
import { byteSize } from '../pure/bytes.ts';
import { distinctChanges, writtenAt } from '../pure/story.ts';
import { FileDiff } from './FileDiff.tsx';
import { useClock } from './Time.tsx';
import { Bdi, BytesLink, Mono } from './Untrusted.tsx';

/** Shown at once; the rest on demand, so that a thousand altered files do not bury the first. */
const AT_ONCE = 4;

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

const Facts = ({
  before,
  after,
}: {
  readonly before: FileState | null;
  readonly after: FileState | null;
}) => {
  const { say } = useSpeech();
  if (before === null || after === null) return null;
  const owner = (state: FileState): string => `${state.uid}:${state.gid}`;
  const facts = [
    before.size !== after.size &&
      say('files.size', { before: byteSize(before.size), after: byteSize(after.size) }),
    before.mode !== after.mode && say('files.mode', { before: octal(before.mode), after: octal(after.mode) }),
    owner(before) !== owner(after) && say('files.owner', { before: owner(before), after: owner(after) }),
  ].filter((fact) => fact !== false);
  return facts.map((fact) => <span key={fact}>{fact}</span>);
};

/** By the kernel's word; the command is what the process calls itself. */
const Writer = ({ who: { pid, uid, user, command } }: { readonly who: FileWriter }) => {
  const { say } = useSpeech();
  const name = user ?? (uid === null ? '?' : String(uid));
  return (
    <span>
      <Bdi text={say('files.who', { user: name, pid, command: command ?? '?' })} />
    </span>
  );
};

const Change = ({ change }: { readonly change: FileChange }) => {
  const { say } = useSpeech();
  const clock = useClock();
  return (
    <article className={`change is-${change.kind}`}>
      <header>
        <h3>
          <span className="tag">{say(`files.${change.kind}`)}</span>
          <Mono text={change.path} />
        </h3>
        <p className="stamp">
          {change.from !== null && (
            <span>
              <Bdi text={say('files.from', { path: change.from })} />
            </span>
          )}
          {change.after !== null && <span>{say('files.written', { time: clock(writtenAt(change)) })}</span>}
          <span>{say('files.noticed', { time: clock(change.noticedAt) })}</span>
          {change.who !== undefined && <Writer who={change.who} />}
          <Facts before={change.before} after={change.after} />
          {change.bodyBefore !== null && <BytesLink blob={change.bodyBefore} label={say('files.before')} />}
          {change.bodyAfter !== null && <BytesLink blob={change.bodyAfter} label={say('files.after')} />}
        </p>
      </header>
      <FileDiff change={change} />
    </article>
  );
};

/** Every file that is not as it was sealed: of the incident, and of the last reports. */
export const AlteredFiles = ({ shop, incident }: { shop: ShopView; incident: Incident | null }) => {
  const { say } = useSpeech();
  const [all, setAll] = useState(false);
  const judgements = [...new Set([...fileJudgements(incident), ...openFileJudgements(shop)])];
  const { reports, failed } = useReports(judgements);
  const changes = distinctChanges(reports);
  const gaps = reports.flatMap((report) => report.gaps);
  if (judgements.length === 0) return null;
  const shown = all ? changes.slice(0, 100) : changes.slice(0, AT_ONCE);
  return (
    <section className="panel altered" aria-labelledby="altered-heading">
      <h2 id="altered-heading">{say('files.title')}</h2>
      {failed && <p className="refusal">{say('error.body')}</p>}
      {shown.map((change) => (
        <Change key={`${change.kind}:${change.path}:${change.after?.hash ?? ''}`} change={change} />
      ))}
      {changes.length > shown.length && (
        <button type="button" className="button quiet" onClick={() => setAll(true)} disabled={all}>
          {say('files.more', { count: changes.length - shown.length })}
        </button>
      )}
      {gaps.length > 0 && (
        <div className="gaps">
          <p>{say('files.gaps')}</p>
          <ul>
            {gaps.map((gap) => (
              <li key={`${gap.path ?? ''}:${gap.detail}`}>
                {gap.path !== null && <Mono text={gap.path} />} <Bdi text={gap.detail} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
};

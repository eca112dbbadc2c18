import type { Halt } from '@komainu/model';
import { useSpeech } from '../i18n/index.ts';
import { Time } from './Time.tsx';
import { Bdi } from './Untrusted.tsx';

/** How far a halt has come: three acts after the order, each with its time. */
export const HaltActs = ({ halt, running }: { readonly halt: Halt; readonly running: boolean }) => {
  const { say, tell } = useSpeech();
  const acts = [
    { key: 'act.ordered', at: halt.orderedAt },
    { key: 'act.off', at: halt.switchedOffAt },
    { key: 'act.voided', at: halt.voidedAt },
    { key: 'act.proved', at: halt.provedAt },
  ] as const;
  const next = acts.findIndex((act) => act.at === null);
  return (
    <div className="acts-box">
      <ol className="acts">
        {acts.map(({ key, at }, index) => {
          const state = at !== null ? 'done' : index === next && running ? 'now' : 'later';
          return (
            <li key={key} className={`is-${state}`}>
              <i aria-hidden="true" />
              <span className="act-name">{say(key)}</span>
              <span className="act-time">
                {at !== null ? (
                  <Time at={at} form="time" />
                ) : (
                  say(state === 'now' ? 'act.waiting' : 'act.none')
                )}
              </span>
            </li>
          );
        })}
      </ol>
      {running && halt.lastFailure !== null && (
        <p className="refusal">
          {say('act.failures', { count: halt.failures, sentence: '' })}
          <Bdi text={tell(halt.lastFailure.message)} />
        </p>
      )}
    </div>
  );
};

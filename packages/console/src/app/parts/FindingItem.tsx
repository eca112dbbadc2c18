import type { Finding, Leak, Reference } from '@komainu/model';
import { useSpeech } from '../i18n/index.ts';
import { FindingDiff } from './FindingDiff.tsx';
import { Bdi, BytesLink, Mono } from './Untrusted.tsx';

/** A typed value on its way out: from which field, in which clothes, to where. */
const LeakLine = ({ leak }: { readonly leak: Leak }) => {
  const { say } = useSpeech();
  return (
    <dl className="leak">
      <div>
        <dt>{say('leak.field')}</dt>
        <dd>{say(`field.${leak.field}`)}</dd>
      </div>
      <div>
        <dt>{say('leak.to')}</dt>
        <dd>
          <Mono text={leak.destination} /> <Bdi text={leak.channel} />
        </dd>
      </div>
      <div>
        <dt>{say('leak.as')}</dt>
        <dd>
          <Bdi text={leak.encodings.length === 0 ? say('leak.raw') : leak.encodings.join(' → ')} />
        </dd>
      </div>
      {leak.script !== null && (
        <div>
          <dt>{say('leak.by')}</dt>
          <dd>
            <Mono text={leak.script} />
          </dd>
        </div>
      )}
    </dl>
  );
};

const ReferenceLine = ({ reference }: { readonly reference: Reference }) => {
  const { say } = useSpeech();
  return (
    <li>
      <span className="role-name">{say(`role.${reference.role}`)}</span>
      <Mono text={reference.label} />
      {reference.blob !== null && <BytesLink blob={reference.blob} label="" />}
    </li>
  );
};

export const FindingItem = ({ finding }: { readonly finding: Finding }) => {
  const { say, tell } = useSpeech();
  return (
    <li className={`finding is-${finding.severity} grade-${finding.grade}`}>
      <p className="finding-head">
        <span className="severity">{say(`severity.${finding.severity}`)}</span>
        <span className="confidence">{say(`confidence.${finding.confidence}`)}</span>
      </p>
      <h4>
        <Bdi text={tell(finding.title)} />
      </h4>
      <p className="finding-detail">
        <Bdi text={tell(finding.detail)} />
      </p>
      {finding.leak !== null && <LeakLine leak={finding.leak} />}
      {finding.diff !== undefined && (
        <FindingDiff diff={finding.diff} path={finding.references.at(-1)?.label ?? ''} />
      )}
      {finding.references.length > 0 && (
        <details>
          <summary>
            {say('finding.references')} ({finding.references.length})
          </summary>
          <ul className="references">
            {finding.references.map((reference, at) => (
              <ReferenceLine key={at} reference={reference} />
            ))}
          </ul>
        </details>
      )}
    </li>
  );
};

import type { Incident, IncidentId } from '@komainu/model';
import { fileJudgements, useReports } from '../api/queries.ts';
import type { ShopView } from '../api/types.ts';
import { useSpeech } from '../i18n/index.ts';
import { span } from '../pure/elapsed.ts';
import { beginningOf, figuresOf } from '../pure/story.ts';
import { Timeline } from './Timeline.tsx';
import { useClock } from './Time.tsx';
import { Bdi } from './Untrusted.tsx';

interface SectionProps {
  readonly shop: ShopView;
  readonly incident: Incident | null;
  readonly choose: (incident: IncidentId) => void;
}

const Chooser = ({ shop, incident, choose }: SectionProps) => {
  const { say, tell } = useSpeech();
  const clock = useClock();
  if (shop.incidents.length < 2) return null;
  return (
    <label className="incident-choice">
      <span className="unseen">{say('incident.choose')}</span>
      <select value={incident?.id ?? ''} onChange={(event) => choose(event.target.value as IncidentId)}>
        {shop.incidents
          .toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
          .map((one) => (
            <option key={one.id} value={one.id}>
              {clock(one.openedAt, 'full')} · {tell(one.title)}
            </option>
          ))}
      </select>
    </label>
  );
};

const Figure = ({ of, label, pending }: { of: number | null; label: string; pending: boolean }) => {
  const { say, language } = useSpeech();
  if (of === null && !pending) return null;
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd className={of === null ? 'is-pending' : ''}>
        {of === null ? say('figure.pending') : span(of, language)}
      </dd>
    </div>
  );
};

const Story = ({ incident }: { readonly incident: Incident }) => {
  const { say, tell } = useSpeech();
  const clock = useClock();
  const { reports } = useReports(fileJudgements(incident));
  const beginning = beginningOf(incident, reports);
  const figures = figuresOf(incident, reports, beginning);
  const halting = incident.halt !== null && incident.halt.provedAt === null;
  return (
    <>
      <p className="incident-title">
        <span className={`tag is-${incident.state}`}>{say(`incident.${incident.state}`)}</span>
        <Bdi text={tell(incident.title)} />
      </p>
      <dl className="figures">
        <Figure of={figures.noticed} label={say('figure.noticed')} pending={false} />
        <Figure of={figures.stopped} label={say('figure.stopped')} pending={halting} />
        <Figure of={figures.proved} label={say('figure.proved')} pending={halting} />
      </dl>
      <p className="base">{say(`figure.base.${beginning.kind}`, { time: clock(beginning.at) })}</p>
      <h3>{say('timeline.title')}</h3>
      <Timeline incident={incident} beginning={beginning} />
    </>
  );
};

export const IncidentSection = ({ shop, incident, choose }: SectionProps) => {
  const { say } = useSpeech();
  return (
    <section className="panel incident" aria-labelledby="incident-heading">
      <div className="panel-head">
        <h2 id="incident-heading">{say(incident === null ? 'incident.none.title' : 'incident.title')}</h2>
        <Chooser shop={shop} incident={incident} choose={choose} />
      </div>
      {incident === null ? <p className="soft">{say('incident.none')}</p> : <Story incident={incident} />}
    </section>
  );
};

import type { EntryKind, Incident, TimelineItem } from '@komainu/model';
import { useContext, useState } from 'react';
import { useSpeech } from '../i18n/index.ts';
import { elapsed } from '../pure/elapsed.ts';
import type { Beginning } from '../pure/story.ts';
import { ms, readClock } from '../pure/time.ts';
import { Zone } from './Time.tsx';
import { Bdi } from './Untrusted.tsx';

type Mark = 'altered' | 'alarm' | 'act' | 'proved' | 'failed' | 'resumed' | 'plain';

const markOf = (kind: EntryKind): Mark => {
  switch (kind) {
    case 'incident.opened':
    case 'processor.notified':
      return 'alarm';
    case 'halt.ordered':
    case 'halt.switched-off':
    case 'halt.voided':
    case 'guard.acted':
      return 'act';
    case 'halt.proved':
      return 'proved';
    case 'halt.failed':
    case 'resume.refused':
    case 'resume.failed':
    case 'guardian.silent':
      return 'failed';
    case 'resume.done':
    case 'file.restored':
    case 'guardian.back':
      return 'resumed';
    default:
      return 'plain';
  }
};

interface RowProps {
  readonly at: number;
  readonly since: number;
  readonly mark: Mark;
  readonly title: string;
  readonly actor: string;
  readonly index: number | null;
  /** The day is told where it changes. */
  readonly previous: number | null;
}

const Row = ({ at, since, mark, title, actor, index, previous }: RowProps) => {
  const { say, language } = useSpeech();
  const zone = useContext(Zone);
  const clock = readClock(at, zone);
  const before = previous === null ? null : readClock(previous, zone);
  if (clock === null) return null;
  return (
    <>
      {clock.date !== before?.date && (
        <li className="day">
          <time dateTime={clock.date}>{clock.date}</time>
        </li>
      )}
      <li className={`moment is-${mark}`}>
        <i aria-hidden="true" />
        <time className="moment-time" dateTime={new Date(at).toISOString()}>
          {clock.time}
          <small>{clock.offset}</small>
        </time>
        <span className="moment-elapsed">{elapsed(at - since, language)}</span>
        <span className="moment-title">
          <Bdi text={title} />
        </span>
        <span className="moment-actor">
          <Bdi text={actor} />
          {index !== null && (
            <span className="moment-index" title={say('timeline.entry', { index })}>
              {' '}
              #{index}
            </span>
          )}
        </span>
      </li>
    </>
  );
};

/** An incident left open for weeks has a long middle; its beginning and its latest are what people look for. */
const HEAD = 24;
const TAIL = 24;

/** Every entry of the incident, from the first alteration on. */
export const Timeline = ({ incident, beginning }: { incident: Incident; beginning: Beginning }) => {
  const { say, tell } = useSpeech();
  const [whole, setWhole] = useState(false);
  const items: readonly TimelineItem[] = incident.timeline.toSorted((a, b) => a.index - b.index);
  const folded = whole || items.length <= HEAD + TAIL + 4 ? 0 : items.length - HEAD - TAIL;
  const altered = beginning.kind === 'altered' ? beginning : null;
  return (
    <ol className="timeline">
      {altered !== null && (
        <Row
          at={altered.at}
          since={beginning.at}
          mark="altered"
          title={say('timeline.altered', { path: altered.path })}
          actor={say('timeline.altered.actor')}
          index={null}
          previous={null}
        />
      )}
      {items.map((item, position) => {
        const previous = items[position - 1];
        if (folded > 0 && position === HEAD) {
          return (
            <li key="folded" className="day">
              <button type="button" className="button small" onClick={() => setWhole(true)}>
                {say('timeline.more', { count: folded })}
              </button>
            </li>
          );
        }
        if (folded > 0 && position > HEAD && position < items.length - TAIL) return null;
        return (
          <Row
            key={item.index}
            at={ms(item.at)}
            since={beginning.at}
            mark={markOf(item.kind)}
            title={tell(item.title)}
            actor={item.actor}
            index={item.index}
            previous={previous === undefined ? (altered?.at ?? null) : ms(previous.at)}
          />
        );
      })}
    </ol>
  );
};

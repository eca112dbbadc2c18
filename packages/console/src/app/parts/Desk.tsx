import type { IncidentId, ShopId } from '@komainu/model';
import { useEffect, useState } from 'react';
import { type Live, standing as standingOf } from '../api/live.ts';
import { signOut } from '../api/session.ts';
import type { Snapshot } from '../api/types.ts';
import { useSpeech } from '../i18n/index.ts';
import { currentIncident } from '../pure/story.ts';
import { AlteredFiles } from './AlteredFiles.tsx';
import { Evidence } from './Evidence.tsx';
import { GateSection } from './GateSection.tsx';
import { Header } from './Header.tsx';
import { IncidentSection } from './IncidentSection.tsx';
import { useClock, Zone } from './Time.tsx';
import { useNow } from './useNow.ts';
import { Verdicts } from './Verdicts.tsx';

const LostBanner = ({ since }: { readonly since: number }) => {
  const { say } = useSpeech();
  const clock = useClock();
  return (
    <div className="lost-banner" role="alert">
      <strong>{say('live.lost.banner', { time: clock(since, 'short') })}</strong>{' '}
      <span>{say('live.lost.detail')}</span>
    </div>
  );
};

interface DeskProps {
  readonly snapshot: Snapshot;
  readonly live: Live;
  readonly skew: number;
  readonly onOut: () => void;
}

/** The one screen, for one shop at a time. */
export const Desk = ({ snapshot, live, skew, onOut }: DeskProps) => {
  const { say, tell, language } = useSpeech();
  const now = useNow();
  const [chosenShop, chooseShop] = useState<ShopId | null>(null);
  const [chosenIncident, chooseIncident] = useState<IncidentId | null>(null);
  const shown = snapshot.shops.find(({ shop }) => shop.id === chosenShop) ?? snapshot.shops[0] ?? null;
  const standing = standingOf(live, Math.max(now, live.takenAt ?? 0));
  const state = shown?.gate.state ?? null;
  const name = shown?.shop.name ?? '';

  useEffect(() => {
    document.title = state === null ? 'Komainu' : `${say(`gate.${state}`)} · ${name}`;
    // `say` changes with the language only.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [state, name, language]);

  if (shown === null) return null;
  const incident =
    shown.incidents.find(({ id }) => id === chosenIncident) ?? currentIncident(shown.incidents);
  const current = currentIncident(shown.incidents);
  return (
    <Zone value={shown.shop.timeZone}>
      <div className={`desk standing-${standing.kind}`}>
        <Header shops={snapshot.shops} shown={shown.shop.id} choose={chooseShop} standing={standing} />
        {standing.kind === 'lost' && <LostBanner since={standing.since + skew} />}
        {snapshot.problem !== null && (
          <div className="problem-banner" role="alert">
            <strong>{say('problem')}</strong> <span>{tell(snapshot.problem)}</span>
          </div>
        )}
        <main id="main">
          <GateSection
            key={shown.shop.id}
            shop={shown}
            incident={current}
            now={now + skew}
            live={standing.kind === 'live'}
          />
          <div className={incident === null ? 'columns is-quiet' : 'columns'}>
            <IncidentSection shop={shown} incident={incident} choose={chooseIncident} />
            <Verdicts shop={shown} />
          </div>
          <AlteredFiles shop={shown} incident={incident} />
          <Evidence snapshot={snapshot} />
        </main>
        <footer className="foot">
          <span>{say('version', { version: snapshot.version })}</span>
          <span>{say('product.motto')}</span>
          <button type="button" className="plain" onClick={() => void signOut().finally(onOut)}>
            {say('signout')}
          </button>
        </footer>
      </div>
    </Zone>
  );
};

import type { Incident } from '@komainu/model';
import type { ShopView } from '../api/types.ts';
import { type Speech, useSpeech } from '../i18n/index.ts';
import { Gate } from '../scene/Gate.tsx';
import { moodOf, type Posture, postureOf } from '../scene/posture.ts';
import { Statue } from '../scene/Statue.tsx';
import { GuardianCaption } from './GuardianCaption.tsx';
import { HaltActs } from './HaltActs.tsx';
import { HaltButton } from './HaltDialog.tsx';
import { ResumeForm } from './ResumeForm.tsx';
import { Time } from './Time.tsx';

const lead = (shop: ShopView, say: Speech['say']): string => {
  switch (shop.gate.state) {
    case 'open':
      return say(`gate.open.${moodOf(shop)}`);
    case 'halting':
    case 'halted':
    case 'resuming':
      return say(`gate.${shop.gate.state}.lead`);
  }
};

interface GateSectionProps {
  readonly shop: ShopView;
  readonly incident: Incident | null;
  /** The server's clock, ms. */
  readonly now: number;
  readonly live: boolean;
}

/** May cards be used, who is watching, and the one button. */
export const GateSection = ({ shop, incident, now, live }: GateSectionProps) => {
  const { say } = useSpeech();
  const { state, since } = shop.gate;
  const [guard, probe] = [postureOf(shop, 'guard'), postureOf(shop, 'probe')];
  const spoken = (kind: 'guard' | 'probe', posture: Posture): string =>
    `${say(`guardian.${kind}`)}: ${say(`posture.${posture}`)}.`;
  // A halt that cannot be proved (the page is gone) must not lock its owner out.
  const stuck = state === 'halting' && incident?.halt?.switchedOffAt != null && incident.halt.failures > 0;
  const drawing = say(`gate.drawing.${state}`, {
    guard: spoken('guard', guard),
    probe: spoken('probe', probe),
  });
  return (
    <section
      id="gate"
      className={`hero is-${state} mood-${moodOf(shop)}`}
      aria-labelledby="gate-state"
      tabIndex={-1}
    >
      <div className="scene" role="img" aria-label={drawing}>
        <Statue form="un" posture={guard} />
        <Gate state={state} />
        <Statue form="a" posture={probe} />
      </div>
      <div className="under">
        <GuardianCaption shop={shop} kind="guard" posture={guard} now={now} live={live} />
        <div className="verdict-of-gate">
          <div aria-live="polite">
            <h1 id="gate-state">{say(`gate.${state}`)}</h1>
            <p className="lead">{lead(shop, say)}</p>
          </div>
          <p className="since">
            <Since at={since} />
          </p>
          {incident?.halt && state !== 'open' && (
            <HaltActs halt={incident.halt} running={state === 'halting'} />
          )}
          {state === 'open' && <HaltButton key={since} shop={shop.shop.id} />}
          {state === 'halting' && <p className="soft">{say('halt.running')}</p>}
          {(state === 'halted' || stuck) && <ResumeForm shop={shop} />}
        </div>
        <GuardianCaption shop={shop} kind="probe" posture={probe} now={now} live={live} />
      </div>
    </section>
  );
};

/** `since {time}` in the language's own order, the time still a `<time>`. */
const Since = ({ at }: { readonly at: string }) => {
  const { say } = useSpeech();
  const [before, after] = say('gate.since', { time: '\u0000' }).split('\u0000');
  return (
    <>
      {before}
      <Time at={at} />
      {after}
    </>
  );
};

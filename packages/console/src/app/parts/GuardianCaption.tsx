import type { GuardianState, ShopView } from '../api/types.ts';
import { useSpeech } from '../i18n/index.ts';
import { age } from '../pure/elapsed.ts';
import { ms } from '../pure/time.ts';
import type { Posture } from '../scene/posture.ts';
import { useClock } from './Time.tsx';
import { Mono } from './Untrusted.tsx';

interface CaptionProps {
  readonly shop: ShopView;
  readonly kind: GuardianState['kind'];
  readonly posture: Posture;
  readonly now: number;
  readonly live: boolean;
}

const Seen = ({ guardian, now, live }: Pick<CaptionProps, 'now' | 'live'> & { guardian: GuardianState }) => {
  const { say, language } = useSpeech();
  const clock = useClock();
  if (guardian.lastSeen === null) return <p className="seen">{say('guardian.never')}</p>;
  const ago = say('guardian.ago', { age: age(now - ms(guardian.lastSeen), language) });
  return (
    <p className="seen">
      {say('guardian.seen', { time: clock(guardian.lastSeen, 'short') })}
      {/* An age keeps ticking, so it is only told while the answer behind it is fresh. */}
      {live && <span className="ago"> ({ago})</span>}
    </p>
  );
};

export const GuardianCaption = ({ shop, kind, posture, now, live }: CaptionProps) => {
  const { say } = useSpeech();
  const guardians = shop.guardians.filter((guardian) => guardian.kind === kind);
  const checking = kind === 'probe' && shop.pages.some((page) => page.running);
  return (
    <div className={`caption for-${kind} is-${posture}`}>
      <p className="syllable" lang="ja" aria-hidden="true">
        {kind === 'probe' ? '阿' : '吽'}
      </p>
      <h2>{say(`guardian.${kind}`)}</h2>
      <p className="role">{say(`guardian.${kind}.lead`)}</p>
      <p className="posture">
        <i aria-hidden="true" />
        {say(`posture.${posture}`)}
        {checking && <span className="ago"> · {say('guardian.checking')}</span>}
      </p>
      {guardians.map((guardian) => (
        <div key={guardian.id} className="guardian">
          <Seen guardian={guardian} now={now} live={live} />
          {guardian.watching.length > 0 && (
            <p className="watches">
              <span className="unseen">{say('guardian.watches')}: </span>
              {guardian.watching.slice(0, 3).map((name) => (
                <Mono key={name} text={name} />
              ))}
              {guardian.watching.length > 3 && <span> +{guardian.watching.length - 3}</span>}
            </p>
          )}
        </div>
      ))}
      {guardians.length === 0 && <p className="seen">{say('guardian.never')}</p>}
    </div>
  );
};

import type { ShopId } from '@komainu/model';
import type { Standing } from '../api/live.ts';
import type { ShopView } from '../api/types.ts';
import { speak, useSpeech } from '../i18n/index.ts';
import { Bdi } from './Untrusted.tsx';

export const Logo = () => (
  <span className="logo">
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M1 5c9 4 21 4 30 0l-1.500 5C21 12.500 11 12.500 2.500 10z" />
      <path d="M4 14h24v2.600H4zM8 11 6.800 29h3.600L11 11zM24 11l1.200 18h-3.600L21 11z" />
      <circle cx="16" cy="23" r="3.800" />
    </svg>
    <span lang="ja" className="logo-kanji">
      狛犬
    </span>
    <span lang="en" className="logo-name">
      Komainu
    </span>
  </span>
);

export const LanguageSwitch = () => {
  const { language, say } = useSpeech();
  return (
    <div className="languages" role="group" aria-label={say('language')}>
      <button type="button" lang="ja" aria-pressed={language === 'ja'} onClick={() => speak('ja')}>
        日本語
      </button>
      <button type="button" lang="en" aria-pressed={language === 'en'} onClick={() => speak('en')}>
        English
      </button>
    </div>
  );
};

const LiveMark = ({ standing }: { readonly standing: Standing }) => {
  const { say } = useSpeech();
  return (
    <span className={`live-mark is-${standing.kind}`} role="status">
      <i aria-hidden="true" />
      {say(`live.${standing.kind}`)}
    </span>
  );
};

interface HeaderProps {
  readonly shops: readonly ShopView[];
  readonly shown: ShopId | null;
  readonly choose: (shop: ShopId) => void;
  readonly standing: Standing;
}

export const Header = ({ shops, shown, choose, standing }: HeaderProps) => {
  const { say } = useSpeech();
  return (
    <header className="top">
      <a className="skip" href="#gate">
        {say('skip')}
      </a>
      <Logo />
      {shops.length > 1 ? (
        <label className="shop-choice">
          <span className="unseen">{say('shop')}</span>
          <select value={shown ?? ''} onChange={(event) => choose(event.target.value as ShopId)}>
            {shops.map(({ shop }) => (
              <option key={shop.id} value={shop.id}>
                {shop.name}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <p className="shop-name">
          <Bdi text={shops[0]?.shop.name ?? ''} />
        </p>
      )}
      <div className="top-end">
        <LiveMark standing={standing} />
        <LanguageSwitch />
      </div>
    </header>
  );
};

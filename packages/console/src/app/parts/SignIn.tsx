import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { signIn } from '../api/session.ts';
import { useSpeech } from '../i18n/index.ts';
import { Statue } from '../scene/Statue.tsx';
import { LanguageSwitch, Logo } from './Header.tsx';

const Pair = () => (
  <div className="pair">
    <Statue form="un" posture="calm" />
    <Statue form="a" posture="calm" />
  </div>
);

export const Waiting = ({ failed, retry }: { readonly failed: boolean; readonly retry?: () => void }) => {
  const { say } = useSpeech();
  return (
    <main className="entrance">
      <Pair />
      <div className="entrance-card" role="status">
        <Logo />
        <p>{failed ? say('signin.unreachable') : say('loading')}</p>
        {failed && retry !== undefined && (
          <button type="button" className="button quiet" onClick={retry}>
            {say('error.retry')}
          </button>
        )}
      </div>
    </main>
  );
};

export const SignIn = ({
  refused,
  onIn,
}: {
  readonly refused: ApiError | null;
  readonly onIn: () => void;
}) => {
  const { say, language } = useSpeech();
  const client = useQueryClient();
  const [token, setToken] = useState('');
  const enter = useMutation({
    mutationFn: signIn,
    onSuccess: () => {
      client.clear();
      onIn();
    },
  });
  const error = enter.error ?? (enter.isPending ? null : refused);
  const sentence = (): string => {
    if (!(error instanceof ApiError) || error.status === 0) return say('signin.unreachable');
    if (error.status === 401 || error.status === 403) return say('signin.wrong');
    return error.inLanguage(language) ?? say('error.other', { status: error.status });
  };
  return (
    <main className="entrance">
      <Pair />
      <form
        className="entrance-card"
        onSubmit={(event) => {
          event.preventDefault();
          enter.mutate(token.trim());
        }}
      >
        <div className="entrance-head">
          <Logo />
          <LanguageSwitch />
        </div>
        <h1>{say('signin.title')}</h1>
        <p className="soft">{say('signin.lead')}</p>
        <label className="field">
          <span>{say('signin.token')}</span>
          <input
            type="password"
            name="token"
            autoComplete="current-password"
            spellCheck={false}
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </label>
        {error !== null && (
          <p className="refusal" role="alert">
            {sentence()}
          </p>
        )}
        <button type="submit" className="button ink" disabled={enter.isPending}>
          {say('signin.go')}
        </button>
      </form>
    </main>
  );
};

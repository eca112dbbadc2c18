import { useEffect, useState } from 'react';
import { signIn } from './api/session.ts';
import { ApiError } from './api/client.ts';
import { useLive } from './api/useLive.ts';
import { Desk } from './parts/Desk.tsx';
import { SignIn, Waiting } from './parts/SignIn.tsx';

type Entrance =
  | { readonly kind: 'presenting' }
  | { readonly kind: 'in' }
  | { readonly kind: 'out'; readonly refused: ApiError | null };

const Signed = ({ onOut }: { readonly onOut: () => void }) => {
  const { snapshot, live, skew, failure, retry } = useLive();
  useEffect(() => {
    if (live.signedOut) onOut();
  }, [live.signedOut, onOut]);
  if (snapshot === null) return <Waiting failed={failure !== null} retry={retry} />;
  return <Desk snapshot={snapshot} live={live} skew={skew} onOut={onOut} />;
};

// Module level: React's strict mode mounts twice, and a token is presented once.
let presented: Promise<unknown> | null = null;

/** `token`: from the address, or null. Without one the cookie of an earlier visit may still do. */
export const App = ({ token }: { readonly token: string | null }) => {
  const [entrance, setEntrance] = useState<Entrance>({ kind: token === null ? 'in' : 'presenting' });
  const [out] = useState(() => () => setEntrance({ kind: 'out', refused: null }));
  useEffect(() => {
    if (token === null) return;
    presented ??= signIn(token);
    presented.then(
      () => setEntrance({ kind: 'in' }),
      (error: unknown) =>
        setEntrance({
          kind: 'out',
          refused: error instanceof ApiError ? error : new ApiError(0, null, error),
        }),
    );
  }, [token]);
  switch (entrance.kind) {
    case 'presenting':
      return <Waiting failed={false} />;
    case 'in':
      return <Signed onOut={out} />;
    case 'out':
      return <SignIn refused={entrance.refused} onIn={() => setEntrance({ kind: 'in' })} />;
  }
};

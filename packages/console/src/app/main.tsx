import { I18nProvider } from '@lingui/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { takeToken } from './api/session.ts';
import { i18n, startLanguage } from './i18n/index.ts';

// Before anything else runs or is drawn: the token leaves the address bar and the history.
const token = takeToken();
startLanguage();

const client = new QueryClient({
  defaultOptions: {
    queries: { retry: 2, staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false },
    // A press is sent once: whether to send it again is for the person to say.
    mutations: { retry: false },
  },
});

const root = document.querySelector('#root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={client}>
          <App token={token} />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

import './style.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { followPreferences } from '../base/preferences.ts';
import { queryClient } from '../live/queries.ts';
import { followOtherTabs } from '../live/session.ts';
import { resume, signInByCode, takeCode } from '../live/sign-in.ts';
import { App } from './app.tsx';
import { reloadOnce } from './reload.ts';

followPreferences();
// a chunk of an older version is gone: the page is older than its server
window.addEventListener('vite:preloadError', (event) => {
  if (reloadOnce()) event.preventDefault();
});
followOtherTabs(() => void resume());
const code = takeCode();
void (code === null ? resume() : signInByCode(code).catch(() => resume()));

createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={queryClient}>
    <Router base="/operator/ui">
      <App />
    </Router>
  </QueryClientProvider>,
);

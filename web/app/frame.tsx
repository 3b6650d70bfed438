import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { clockTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { useWords } from '../base/words.ts';
import { useConnection, serverVersion } from '../live/live.ts';
import { useCell } from '../base/cell.ts';
import type { PlanList } from '../live/answers.ts';
import { useRead } from '../live/queries.ts';
import { useMe } from '../live/session.ts';
import { signOut } from '../live/sign-in.ts';
import { speak } from '../parts/announce.tsx';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { Note } from '../parts/page.tsx';
import { Said } from '../parts/said.tsx';
import { Time } from '../parts/time.tsx';
import { useKeys } from './keys.ts';
import { BottomBar, HeaderNav } from './nav.tsx';
import { Reminders } from './reminders.ts';
import { hasDraft } from './reload.ts';
import { showWaiting } from './tab-title.ts';
import styles from './frame.module.css';

const words = {
  skip: ['Skip to the content', 'Saltar al contenido'],
  find: ['Find or do…', 'Buscar o hacer…'],
  live: ['Live', 'En directo'],
  liveTitle: ['Nothing was missed since', 'No se ha perdido nada desde'],
  connecting: ['Connecting', 'Conectando'],
  cut: ['Reconnecting', 'Reconectando'],
  stale: ['Not live', 'Sin conexión'],
  lastKnown: [
    'VX11 cannot be reached. This is what was last known',
    'No se llega a VX11. Esto es lo último que se sabe',
  ],
  noChanges: ['Changes wait until it is back.', 'Los cambios esperan a que vuelva.'],
  newer: ['VX11 has a new version.', 'VX11 tiene una versión nueva.'],
  reload: ['Reload', 'Recargar'],
  signOut: ['Sign out', 'Salir'],
  settings: ['Settings', 'Ajustes'],
  waiting: [
    (n: number) => (n === 1 ? '1 plan waits' : `${n} plans wait`),
    (n: number) => (n === 1 ? '1 plan espera' : `${n} planes esperan`),
  ],
} as const;

// what is opened by hand can come a moment later
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const KeyHelp = lazy(async () => ({ default: (await import('./key-help.tsx')).KeyHelp }));

export function Frame({ children }: { children: React.ReactNode }) {
  const t = useWords(words);
  const connection = useConnection();
  const waiting = useWaiting();
  useEffect(() => showWaiting(waiting), [waiting]);
  useEffect(() => {
    if (waiting > 0) speak(t.waiting(waiting));
  }, [waiting, t]);
  const [over, setOver] = useState<'palette' | 'keys' | null>(null);
  const close = useCallback(() => setOver(null), []);
  const openPalette = useCallback(() => setOver('palette'), []);
  useKeys({ onPalette: openPalette, onHelp: useCallback(() => setOver('keys'), []) });
  const stale = connection.state === 'stale';
  return (
    <div className={styles['frame']}>
      <a className={styles['skip']} href="#main">
        {t.skip}
      </a>
      <header className={styles['header']}>
        <Link to="/" className={styles['brand']}>
          VX11
        </Link>
        <HeaderNav waiting={waiting} />
        <div className={styles['end']}>
          <button type="button" className={styles['find']} onClick={openPalette}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M11.5 7a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0zM10.5 10.5L14 14" />
            </svg>
            <span className={styles['findtext']}>{t.find}</span>
            <kbd>Ctrl K</kbd>
          </button>
          <Live />
          <MeMenu />
        </div>
      </header>
      {stale && connection.lastKnown !== null && (
        <div className={styles['banner']}>
          <Note tone="warn">
            {t.lastKnown}, <Time at={connection.lastKnown} />. {t.noChanges}
          </Note>
        </div>
      )}
      <Reminders />
      <NewVersion />
      <div className={stale ? styles['dim'] : undefined}>{children}</div>
      <BottomBar waiting={waiting} />
      <Suspense fallback={null}>
        {over === 'palette' && <Palette onClose={close} />}
        {over === 'keys' && <KeyHelp onClose={close} />}
      </Suspense>
    </div>
  );
}

/** How many plans wait for a person. */
function useWaiting(): number {
  const { data } = useRead<PlanList>('plans', '/madre/plans', { status: 'WAITING', limit: 50 });
  return data?.plans.length ?? 0;
}

function Live() {
  const t = useWords(words);
  const { state, since } = useConnection();
  const { clock } = usePreferences();
  if (state === 'live') {
    const title = since === null ? undefined : `${t.liveTitle} ${clockTime(since, clock)}`;
    return (
      <span className={styles['live']} title={title}>
        <Mark shape="full" tone="good">
          {t.live}
        </Mark>
      </span>
    );
  }
  return (
    <span className={styles['live']}>
      <Mark
        shape={state === 'stale' ? 'warning' : 'half'}
        tone={state === 'stale' ? 'warn' : 'calm'}
      >
        {state === 'stale' ? t.stale : state === 'cut' ? t.cut : t.connecting}
      </Mark>
    </span>
  );
}

function MeMenu() {
  const t = useWords(words);
  const me = useMe();
  if (me === null) return null;
  return (
    <>
      <button type="button" className={styles['me']} popoverTarget="me-menu">
        <Said>{me.name}</Said>
        <span className={styles['scope']}> · {me.scope}</span>
      </button>
      <div id="me-menu" popover="auto" className={styles['menu']}>
        <Link
          to="/settings"
          className={styles['link']}
          onClick={() => document.getElementById('me-menu')?.hidePopover()}
        >
          {t.settings}
        </Link>
        <Button weight="quiet" onPress={() => void signOut()}>
          {t.signOut}
        </Button>
      </div>
    </>
  );
}

/** A page older than its server offers a reload; a hidden one with nothing typed does it itself. */
function NewVersion() {
  const t = useWords(words);
  const { changed } = useCell(serverVersion);
  useEffect(() => {
    if (!changed) return undefined;
    const reloadUnseen = (): void => {
      if (document.visibilityState === 'hidden' && !hasDraft()) location.reload();
    };
    reloadUnseen();
    document.addEventListener('visibilitychange', reloadUnseen);
    return () => document.removeEventListener('visibilitychange', reloadUnseen);
  }, [changed]);
  if (!changed) return null;
  return (
    <div className={styles['banner']}>
      <Note act={<Button onPress={() => location.reload()}>{t.reload}</Button>}>{t.newer}</Note>
    </div>
  );
}

import { Link } from 'wouter';
import type { WindowView } from '../../../contracts/window.ts';
import { useWords } from '../../base/words.ts';
import { Names, Quoted, Said } from '../../parts/said.tsx';
import { Time, TimeLeft } from '../../parts/time.tsx';
import { WindowActs } from '../../things/window-acts.tsx';
import { WindowMark } from '../../things/window-mark.tsx';
import styles from './now.module.css';
import { words } from './words.ts';

/** A window, with what can be done with it. */
export function Row({ window, madre }: { window: WindowView; madre: boolean }) {
  const t = useWords(words);
  const { window_id, services, reason, owner } = window;
  return (
    <li className={styles['row']} data-row={window_id}>
      <WindowMark window={window} />
      <Link to={`/windows/${window_id}`} className={styles['name']}>
        <Names>{services}</Names>
      </Link>
      <span className={styles['time']}>
        <When window={window} madre={madre} />
      </span>
      <span className={styles['why']}>
        {reason === null ? t.noReason : <Quoted>{reason}</Quoted>}
      </span>
      <span className={styles['who']}>
        <Said>{owner}</Said>
      </span>
      <span className={styles['acts']}>
        <WindowActs window={window} />
      </span>
    </li>
  );
}

function When({ window, madre }: { window: WindowView; madre: boolean }) {
  const t = useWords(words);
  const { state, mode, expires_at, opened_at, waiting_for, services_started, members } = window;
  if (state === 'closing') return <>{t.receipt}</>;
  if (state === 'queued' || state === 'requested' || state === 'opening') {
    return (
      <>
        {state === 'opening' && t.ready(services_started.length, members.length)}
        {state === 'opening' && waiting_for !== null && '; '}
        {waiting_for !== null && (
          <>
            {t.waitsFor} <Said>{waiting_for}</Said>
          </>
        )}
      </>
    );
  }
  if (mode === 'hold' || expires_at === null) {
    return (
      <>
        {t.holdSince} {opened_at !== null && <Time at={opened_at} />}
      </>
    );
  }
  return <TimeLeft until={expires_at} madre={madre} />;
}

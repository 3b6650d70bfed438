import type { EventRecord } from '../../../contracts/event.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import { Quoted, Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { eventText } from '../../things/events/event-text.ts';
import styles from './windows.module.css';
import { words } from './words.ts';

const looks: Record<string, [Shape, Tone]> = {
  'window.requested': ['dots', 'calm'],
  'window.queued': ['dots', 'warn'],
  'window.opening': ['half', 'accent'],
  'window.open': ['full', 'good'],
  'window.extended': ['clock', 'accent'],
  'window.closing': ['dashed', 'accent'],
  'window.closed': ['check', 'good'],
  'window.failed': ['cross', 'bad'],
  'service.failed': ['cross', 'bad'],
  'service.stopped': ['ring', 'calm'],
  'service.started': ['full', 'calm'],
};

/** What happened to a window, oldest first; without events (they may be pruned) what its own fields say. */
export function Timeline({
  window,
  events,
}: {
  window: WindowView;
  events: readonly EventRecord[];
}) {
  const t = useWords(words);
  const { language } = usePreferences();
  const known = events.toReversed();
  const steps: { at: string; what: string; look: string }[] =
    known.length > 0
      ? known.map((event) => ({ at: event.at, what: eventText(event, language), look: event.type }))
      : [
          { at: window.requested_at, what: t.requested, look: 'window.requested' },
          ...(window.opened_at === null
            ? []
            : [{ at: window.opened_at, what: t.opened, look: 'window.open' }]),
          ...(window.closed_at === null
            ? []
            : [{ at: window.closed_at, what: t.ended, look: 'window.closed' }]),
        ];
  return (
    <ol className={styles['timeline']}>
      {steps.map(({ at, what, look }, index) => {
        const [shape, tone] = looks[look] ?? ['ring', 'calm'];
        return (
          // oxlint-disable-next-line react/no-array-index-key -- two steps may have the same time and text
          <li key={index} className={styles['step']}>
            <span className={styles['dot']}>
              <Mark shape={shape} tone={tone} />
            </span>
            <span className={styles['at']}>
              <Time at={at} />
            </span>
            <span>
              <Said>{what}</Said>
              {look === 'window.requested' && window.reason !== null && (
                <>
                  {' '}
                  <Quoted>{window.reason}</Quoted>
                </>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import type { EventPage } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { eventText } from '../../things/events/event-text.ts';
import styles from './services.module.css';
import { words } from './words.ts';

const shown = 15;

/** The newest events of this service. */
export function Lately({ name, host }: { name: string; host: string }) {
  const t = useWords(words);
  const { language } = usePreferences();
  const { data } = useRead<EventPage>('events', '/vx11/events/history', {
    type: 'service.started,service.stopped,service.failed,service.restarted,service.stray,service.outdated',
    limit: 200,
  });
  const mine = (data?.events ?? []).filter((one) => one.service === name && one.host === host);
  if (mine.length === 0) return null;
  return (
    <Section title={t.events}>
      <ul>
        {mine.slice(0, shown).map((event) => (
          <li key={event.seq} className={styles['event']}>
            <span className={styles['at']}>
              <Time at={event.at} />
            </span>
            <Said>{eventText(event, language)}</Said>
          </li>
        ))}
      </ul>
    </Section>
  );
}

import { Link } from 'wouter';
import type { EventRecord } from '../../../contracts/event.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { eventLink, eventText } from '../../things/events/event-text.ts';
import styles from './now.module.css';
import { words } from './words.ts';

/** The newest events as sentences. */
export function Recent({ events }: { events: readonly EventRecord[] }) {
  const t = useWords(words);
  const { language } = usePreferences();
  if (events.length === 0) return <p className={styles['quiet']}>{t.quiet}</p>;
  return (
    <ol className={styles['events']}>
      {events.map((event) => {
        const link = eventLink(event);
        const text = <Said>{eventText(event, language)}</Said>;
        return (
          <li key={event.seq}>
            <span className={styles['at']}>
              <Time at={event.at} />
            </span>
            {link === null ? <span>{text}</span> : <Link to={link}>{text}</Link>}
          </li>
        );
      })}
    </ol>
  );
}

import { useEffect, useRef, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import type { z } from 'zod';
import type { sessionListAnswer, SessionView } from '../../../contracts/chat.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { Note, Page } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Ago } from '../../parts/time.tsx';
import { Composer } from './composer.tsx';
import { Turn } from './turn.tsx';
import { PendingTurn } from './pending-turn.tsx';
import { useTalk } from './use-talk.ts';
import styles from './chat.module.css';
import { words } from './words.ts';

type Talks = z.infer<typeof sessionListAnswer>;

const newTalk = (): string => `ui-${crypto.randomUUID()}`;

/** A talk with madre: what was said, what came of it, and the plans it led to. */
export default function Chat() {
  const t = useWords(words);
  const { session } = useParams<{ session?: string }>();
  const mayChat = useMay('operator');
  const talks = useRead<Talks>('chats', '/operator/sessions');
  const [, go] = useLocation();
  const [fresh, setFresh] = useState(newTalk);
  const id = session ?? fresh;
  const begin = (): void => {
    setFresh(newTalk());
    go('/chat');
  };
  return (
    <Page
      title={t.title}
      aside={session !== undefined && <Button onPress={begin}>{t.fresh}</Button>}
    >
      <div className={styles['columns']}>
        {mayChat ? (
          <Talk key={id} id={id} isNew={session === undefined} />
        ) : (
          <Note>{t.viewer}</Note>
        )}
        {talks.data !== undefined && talks.data.sessions.length > 0 && (
          <nav className={styles['talks']} aria-label={t.talks}>
            <h2>{t.talks}</h2>
            <ul>
              {talks.data.sessions.map((one) => (
                <li key={one.session_id}>
                  <Link
                    to={`/chat/${encodeURIComponent(one.session_id)}`}
                    aria-current={one.session_id === session ? 'page' : undefined}
                  >
                    <span className={styles['first']}>
                      <Said>{one.first_message}</Said>
                    </span>
                    <span className={styles['meta']}>
                      <Ago at={one.last_at} /> · {one.messages}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </div>
    </Page>
  );
}

function Talk({ id, isNew }: { id: string; isNew: boolean }) {
  const t = useWords(words);
  const [begun, setBegun] = useState(!isNew);
  const past = useRead<SessionView>(
    'chats',
    `/operator/session/${encodeURIComponent(id)}`,
    {},
    { enabled: begun },
  );
  const talk = useTalk(id, () => setBegun(true));
  const end = useRef<HTMLDivElement>(null);
  const turns = past.data?.messages ?? [];
  const shown = talk.pending;
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [turns.length, shown?.text, shown?.answer]);
  const settled =
    shown?.answer !== null &&
    shown !== null &&
    turns.some(({ intent_id }) => intent_id !== null && intent_id === shown.answer?.intent_id);
  return (
    <div className={styles['talk']}>
      <div className={styles['turns']} role="log" aria-label={t.title}>
        {turns.length === 0 && shown === null && <p className={styles['hint']}>{t.nothing}</p>}
        {turns.map((turn) => (
          <Turn key={turn.seq} turn={turn} />
        ))}
        {shown !== null && !settled && <PendingTurn pending={shown} />}
        <div ref={end} />
      </div>
      <Composer id={id} talk={talk} />
    </div>
  );
}

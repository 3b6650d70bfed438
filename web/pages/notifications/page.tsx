import { useWords } from '../../base/words.ts';
import type { ChannelList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Answer, Empty, Note, Page, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { ChannelTable } from './channel-table.tsx';
import styles from './notifications.module.css';
import { Outbox } from './outbox.tsx';
import { words } from './words.ts';

const example = `x-vx11:
  notify:
    channels:
      - { name: phone, type: ntfy, url: 'https://ntfy.sh', topic: home-vx11 }`;

/** Who is notified, what was sent, what waits, and what could not be sent. */
export default function Notifications() {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const channels = useRead<ChannelList>('notices', '/vx11/notices/channels');
  return (
    <Page title={t.title}>
      {!mayChange && <Note>{t.viewer}</Note>}
      {channels.data?.problems.map((problem) => (
        <Note key={problem} tone="warn">
          <Said english>{problem}</Said>
        </Note>
      ))}
      <Section title={t.channels} count={channels.data?.channels.length}>
        <Answer of={channels} rows={3}>
          {({ channels: rows }) =>
            rows.length === 0 ? (
              <>
                <Empty>{t.noChannels}</Empty>
                <pre className={styles['example']}>{example}</pre>
              </>
            ) : (
              <ChannelTable channels={rows} />
            )
          }
        </Answer>
      </Section>
      <Outbox />
    </Page>
  );
}

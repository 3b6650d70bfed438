import { useWords } from '../../base/words.ts';
import type { Outbox as Answered } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { StateChips, useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Section } from '../../parts/page.tsx';
import { MessageTable } from './message-table.tsx';
import { words } from './words.ts';

const states = ['waiting', 'sent', 'dead', 'expired'] as const;
/** The log has the events that notices come from, and none for a message that was sent. */
const [whileWaitingMs, lookMs] = [2000, 15_000];
/** The most of one answer. */
const most = 100;

/** The messages that wait, were sent, or could not be sent, newest first. */
export function Outbox() {
  const t = useWords(words);
  const [shown, setShown] = useFilter('show');
  const length = useLength();
  const query = {
    status: shown === '' ? undefined : shown,
    limit: Math.min(most, length.limit),
  };
  const outbox = useRead<Answered>('notices', '/vx11/notices', query, {
    everyMs: (data) =>
      data !== undefined &&
      (data.held > 0 || data.messages.some(({ status }) => status === 'waiting'))
        ? whileWaitingMs
        : lookMs,
  });
  const held = outbox.data?.held ?? 0;
  return (
    <Section
      title={t.outbox}
      count={outbox.data?.messages.length}
      aside={
        <StateChips label={t.filter} value={shown} states={states} words={t} onChange={setShown} />
      }
    >
      {held > 0 && <p>{t.held(held)}</p>}
      <Listed
        of={outbox}
        rows={5}
        pick={(data) => data.messages}
        length={length}
        empty={shown === '' ? t.nothing : t.none}
        more={t.more}
      >
        {(messages) => <MessageTable messages={messages} />}
      </Listed>
    </Section>
  );
}

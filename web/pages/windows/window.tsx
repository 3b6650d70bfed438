import type { WindowView } from '../../../contracts/window.ts';
import { useWords } from '../../base/words.ts';
import type { EventPage } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Note, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { ThingPage } from '../../parts/thing-page.tsx';
import { Receipt } from '../../things/receipt.tsx';
import { nameOf } from '../../things/window-acts.tsx';
import { Timeline } from './timeline.tsx';
import { words } from './words.ts';
import { About } from './window-about.tsx';
import { Acts } from './window-acts.tsx';

const live = new Set(['requested', 'queued', 'opening', 'open', 'closing']);

/** One window: what it is, what happened to it, and the proof of its end. */
export function WindowPage({ id }: { id: string }) {
  const t = useWords(words);
  const window = useRead<WindowView>('windows', `/vx11/windows/${id}`);
  const events = useRead<EventPage>('events', '/vx11/events/history', {
    window_id: id,
    limit: 100,
  });
  return (
    <ThingPage
      id={id}
      of={window}
      title={nameOf}
      aside={(data) => live.has(data.state) && <Acts window={data} />}
      absent={t.notHere}
      back={['/windows', t.back]}
    >
      {(data) => (
        <>
          <About window={data} />
          {data.services_failed.length > 0 && (
            <Section title={t.failures}>
              {data.services_failed.map(({ service, detail }) => (
                <Note key={service} tone="bad">
                  <strong>
                    <Said>{service}</Said>
                  </strong>{' '}
                  <Said english>{detail}</Said>
                </Note>
              ))}
            </Section>
          )}
          <Section title={t.timeline}>
            <Timeline window={data} events={events.data?.events ?? []} />
          </Section>
          {(data.receipt !== null || !['requested', 'queued', 'failed'].includes(data.state)) && (
            <Receipt window={data} />
          )}
        </>
      )}
    </ThingPage>
  );
}

import { useSearchParams } from 'wouter';
import type { WindowView } from '../../../contracts/window.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { EventPage } from '../../live/answers.ts';
import { useRead, useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { Facts, Note, Section } from '../../parts/page.tsx';
import { Id, Quoted, Said } from '../../parts/said.tsx';
import { ThingPage } from '../../parts/thing-page.tsx';
import { Time, TimeLeft } from '../../parts/time.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { Receipt } from '../../things/receipt.tsx';
import { nameOf, WindowActs } from '../../things/window-acts.tsx';
import { WindowMark } from '../../things/window-mark.tsx';
import { ExtendDialog } from './extend-dialog.tsx';
import { Timeline } from './timeline.tsx';
import { words } from './words.ts';

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

function Acts({ window }: { window: WindowView }) {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const blocked = useBlocked();
  const [search, setSearch] = useSearchParams();
  const close = useCloseLayer(`/windows/${window.window_id}`);
  const timed = window.state === 'open' && window.expires_at !== null;
  const shown = search.has('extend') && timed && mayChange;
  return (
    <>
      {timed && mayChange && (
        <Button onPress={() => setSearch({ extend: '' })} blocked={blocked}>
          {t.extendTo}
        </Button>
      )}
      <WindowActs window={window} />
      {shown && <ExtendDialog window={window} onClose={close} />}
    </>
  );
}

function About({ window }: { window: WindowView }) {
  const t = useWords(words);
  const status = useStatus();
  const { host, owner, reason, expires_at, extensions, members, services } = window;
  const more = members.filter((name) => !services.includes(name));
  const limit = window.max_expires_at;
  return (
    <Facts
      of={[
        [t.state, <WindowMark key="state" window={window} />],
        [t.owner, <Said key="owner">{owner}</Said>],
        [t.reason, reason === null ? t.noReason : <Quoted key="reason">{reason}</Quoted>],
        [t.host, <Said key="host">{host}</Said>],
        window.state === 'open' && expires_at !== null
          ? [
              t.to,
              <TimeLeft key="to" until={expires_at} madre={status.data?.madre_available ?? true} />,
            ]
          : expires_at === null
            ? null
            : [t.deadlineWas, <Time key="deadline" at={expires_at} />],
        limit === null ? null : [t.most, <Time key="most" at={limit} />],
        extensions === 0 ? null : [t.extensions, extensions],
        more.length === 0 ? null : [t.members, <Said key="members">{more.join(', ')}</Said>],
        ['Id', <Id key="id">{window.window_id}</Id>],
      ]}
    />
  );
}

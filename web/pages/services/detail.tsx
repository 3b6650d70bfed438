import { Link } from 'wouter';
import type { ServiceDetail } from '../../../contracts/service.ts';
import { bytes, decimal, duration } from '../../base/format.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import type { EventPage } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Answer, Facts, Note, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Ago, Time } from '../../parts/time.tsx';
import { eventText } from '../../things/event-text.ts';
import styles from './services.module.css';
import { words } from './words.ts';

/** What a service is made of, what it takes, and how it last went down. */
export function Detail({ host, name }: { host: string; name: string }) {
  const service = useRead<ServiceDetail>('services', `/vx11/services/${name}`, { host });
  return (
    <Answer of={service} rows={4}>
      {(data) => (
        <>
          <Makeup service={data} />
          <LastStop service={data} />
          <Lately name={name} host={host} />
        </>
      )}
    </Answer>
  );
}

function Makeup({ service }: { service: ServiceDetail }) {
  const t = useWords(words);
  const { memory_bytes, memory_seen_bytes, cpus, idle_ms, problem } = service;
  const stray = { stop: t.strayStop, adopt: t.strayAdopt, report: t.strayReport }[service.stray];
  const memory = [
    memory_seen_bytes === null ? null : `${bytes(memory_seen_bytes)} ${t.seen}`,
    memory_bytes === null ? t.noLimit : `${bytes(memory_bytes)} ${t.limit}`,
  ];
  return (
    <Section title={t.made}>
      {problem !== null && (
        <Note tone="bad">
          <Said english>{problem.detail}</Said>
        </Note>
      )}
      {service.outdated && <Note tone="warn">{t.outdated}</Note>}
      <Facts
        of={[
          [
            t.image,
            <code key="image">
              <Said>{service.image}</Said>
            </code>,
          ],
          service.started_at === null ? null : [t.since, <Ago key="at" at={service.started_at} />],
          [t.memory, memory.filter((part) => part !== null).join(', ')],
          [t.cpus, cpus === null ? t.noLimit : `${decimal(cpus)} ${t.limit}`],
          service.gpu === null ? null : ['GPU', String(service.gpu.count)],
          service.replicas === 1 ? null : [t.replicas, service.replicas],
          [t.ttl, `${duration(service.default_ttl_ms)}, ${t.upTo(duration(service.max_ttl_ms))}`],
          [t.idle, idle_ms === null ? t.never : duration(idle_ms)],
          [t.stray, stray],
          [
            t.depends,
            service.depends_on.length === 0
              ? t.nothingNeeded
              : service.depends_on.map((one, index) => (
                  <span key={one.service}>
                    {index > 0 && ', '}
                    <Link to={`/services/${service.host}/${one.service}`}>
                      <Said>{one.service}</Said>
                    </Link>
                  </span>
                )),
          ],
        ]}
      />
    </Section>
  );
}

function LastStop({ service }: { service: ServiceDetail }) {
  const t = useWords(words);
  const { last_stop } = service;
  if (last_stop === null) return null;
  return (
    <Section title={t.last}>
      <Facts
        of={[
          [t.at, <Time key="at" at={last_stop.at} />],
          [t.by, t[last_stop.by]],
          [t.took, duration(last_stop.stop_ms) + (last_stop.forced ? `, ${t.forced}` : '')],
          last_stop.exit_code === null ? null : [t.exit, last_stop.exit_code],
        ]}
      />
    </Section>
  );
}

const shown = 15;

/** The newest events of this service. */
function Lately({ name, host }: { name: string; host: string }) {
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

import type { ServiceDetail } from '../../../contracts/service.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { Answer, Facts, Section } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from './words.ts';
import { Makeup } from './makeup.tsx';
import { Lately } from './lately.tsx';

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

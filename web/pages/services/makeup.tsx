import { Link } from 'wouter';
import type { ServiceDetail } from '../../../contracts/service.ts';
import { bytes, decimal } from '../../base/quantities.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Facts, Note, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Ago } from '../../parts/time.tsx';
import { words } from './words.ts';

/** What a service is made of, and what it may use. */
export function Makeup({ service }: { service: ServiceDetail }) {
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

import type { Suggestion } from '../../../contracts/incidents.ts';
import { ant, type Sighting } from '../ant.ts';
import type { ServiceFact } from '../facts.ts';

const restart = (service: string): Suggestion => ({
  action: 'restart',
  target: service,
  text: `Restart ${service} inside its window`,
});

/** A service that has to run is unhealthy, or is down. What a container said before it stopped counts for nothing. */
export const healthAnt = ant({
  name: 'health',
  reads: 'services',
  severity: 'critical',
  cost_ms: 2,
  always: true,
  wakes_on: ['health_status: unhealthy', 'health_status: healthy', 'die'],
  look: (services) => services.filter(({ held }) => held).flatMap(lookAt),
});

function lookAt({ name, tier, state, note, patience_ms: ms }: ServiceFact): Sighting[] {
  const severity = tier === 'window' ? 'high' : 'critical';
  const rule = { open: { looks: 3, ms }, clear: { looks: 3, ms: 0 } };
  const about = { service: name, subkey: '', severity, value: null, rule } as const;
  const suggests = tier === 'window' ? [restart(name)] : [];
  const isUp = state === 'running' || state === 'unhealthy';
  const isDown = state === 'exited' || state === 'dead' || state === 'absent';
  return [
    {
      ...about,
      kind: 'unhealthy',
      state: state === 'unhealthy' ? 'bad' : state === 'running' ? 'good' : 'unknown',
      title: `${name} is unhealthy`,
      detail: state === 'unhealthy' ? 'Its health check fails.' : `It is ${state}.`,
      suggests,
    },
    {
      ...about,
      kind: 'service_down',
      state: isDown ? 'bad' : isUp || state === 'done' ? 'good' : 'unknown',
      title: `${name} is down although it should run`,
      detail: isDown ? (note ?? `It is ${state}.`) : `It is ${state}.`,
      suggests,
    },
  ];
}

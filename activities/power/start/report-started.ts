import type { CatalogService } from '../../../contracts/service.ts';
import { doneNote } from '../../../domain/services/restart-policy.ts';
import type { ContainerFacts } from '../../engine/container-facts.ts';
import { noteDown } from '../host/held.ts';
import { hostEvent, type PowerHost, type Cause } from '../host/host.ts';
import type { Opening, Up } from './start-one.ts';

/** Records that a service is up. */
export async function reportStarted(
  { power, cause }: Opening,
  { name }: CatalogService,
  { started, began, up }: Up,
  facts: ContainerFacts,
): Promise<void> {
  const { actor, ...ids } = cause;
  const ready_ms = Math.round(performance.now() - began);
  power.metrics.ready.observe(ready_ms / 1000);
  const event = hostEvent(power, 'service.started', actor, {
    ...ids,
    service: name,
    payload: { ready_ms, start_ms: Math.round(up - began) },
  });
  const seen = { ...seenOf(facts), finished_at: null, exit_code: null, note: null };
  await power.seen.see(name, seen, started ? [event] : []);
}

/** Records that a job exited with 0 inside its window. From then on it needs no running container. */
export async function reportDone(
  power: PowerHost,
  name: string,
  facts: ContainerFacts,
  { actor, ...ids }: Cause,
): Promise<void> {
  const { exit_code, started_at, finished_at } = facts;
  const before = power.seen.get(name);
  if (before.state === 'done' && before.started_at === started_at) return;
  power.metrics.done.inc();
  const at = finished_at ?? power.clock();
  const payload = { exit_code, ran_ms: started_at === null ? null : at - started_at };
  const event = hostEvent(power, 'service.done', actor, { ...ids, service: name, payload });
  const stop = { at, by: 'itself', forced: false, stop_ms: 0, exit_code } as const;
  const ended = { state: 'done', health: 'none', finished_at: at, exit_code, stop } as const;
  const held = noteDown(power, name, [{ id: facts.id, end: stop }]);
  await power.seen.see(name, { ...seenOf(facts), ...ended, ...held, note: doneNote }, [event]);
}

const seenOf = ({ id, name, state, health, started_at }: ContainerFacts) => ({
  container_id: id,
  container_name: name,
  state,
  health,
  started_at,
  outdated: false,
  tolerated: false,
  stray_since: null,
});

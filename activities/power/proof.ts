import type { HeldContainer, ServiceStop } from '../../contracts/service.ts';
import type { ContainerEnd } from '../../domain/windows/receipt.ts';
import { representativeOf } from '../../domain/services/replicas.ts';
import { isUp } from '../../domain/services/settle.ts';
import type { ContainerFacts } from '../engine/container-facts.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import { findContainers } from './host/containers.ts';
import type { GuardEnding } from './host/guard-files.ts';
import { noteMissing } from './host/held.ts';
import type { PowerHost } from './host/host.ts';
import { noteExit } from './observe.ts';

/**
 * The state of every container that ran for a window, read again from the Engine by container id and not taken from
 * the results of earlier calls. Other running containers of the same services are included.
 */
export async function readEnds(
  power: PowerHost,
  windowId: string,
  services: readonly string[],
): Promise<Map<string, ContainerEnd[]>> {
  if (services.length === 0) return new Map();
  const containers = await findContainers(power);
  const endings = await power.guardFiles.endings();
  const ends = new Map<string, ContainerEnd[]>();
  for (const service of services) {
    const found = containers.get(service) ?? [];
    await noteMissing(power, service, found);
    const mine = (power.seen.get(service).containers ?? []).filter(({ windows }) =>
      windows.some(({ id }) => id === windowId),
    );
    const heldEnds = await Promise.all(mine.map((one) => endOf(power, one, windowId, endings)));
    const beside = found.filter(
      ({ id, state }) => isUp(state) && !mine.some((one) => one.id === id),
    );
    // this deletes the guard's note, which is why it comes after reading it
    await noteNow(power, service, found, endings);
    ends.set(service, [...heldEnds, ...beside.map(runsBeside)]);
  }
  return ends;
}

const runsBeside = ({ id, name, project }: ContainerSummary): ContainerEnd => ({
  id,
  name,
  project,
  state: 'running',
  ran: true,
  end: null,
});

async function endOf(
  power: PowerHost,
  held: HeldContainer,
  windowId: string,
  endings: readonly GuardEnding[],
): Promise<ContainerEnd> {
  const { id, project } = held;
  const facts = await power.engine.inspect(id);
  const mine = held.windows.find((window) => window.id === windowId)!;
  if (facts === null) {
    const state = held.away ? 'unknown' : 'absent';
    return { id, name: held.name, project, state, ran: mine.ran, end: held.end };
  }
  const { name, started_at } = facts;
  if (isUp(facts.state)) return { id, name, project, state: 'running', ran: true, end: null };
  const ran = mine.ran || started_at !== mine.started_before;
  return { id, name, project, state: 'exited', ran, end: lastEnd(power, held, facts, endings) };
}

/** The recorded end of a container; without one, its end by the Engine and the guard's note. */
function lastEnd(
  power: PowerHost,
  { id, end }: HeldContainer,
  { started_at, finished_at, exit_code }: ContainerFacts,
  endings: readonly GuardEnding[],
): ServiceStop | null {
  // an end before the last start belongs to an earlier run
  if (end !== null && end.at >= (started_at ?? 0)) return end;
  const byGuard = endings.find((ending) => ending.container_id === id);
  return {
    at: finished_at ?? power.clock(),
    by: byGuard === undefined ? 'someone_else' : 'guard',
    forced: byGuard?.forced ?? false,
    stop_ms: 0,
    exit_code,
  };
}

/** Updates the status, so that it agrees with the receipt. */
async function noteNow(
  power: PowerHost,
  service: string,
  found: readonly ContainerSummary[],
  endings: GuardEnding[],
): Promise<void> {
  const before = power.seen.get(service);
  const container = representativeOf(found, before.container_id);
  const state = container?.state ?? 'absent';
  const { started_at, stop } = before;
  const isUnrecorded = started_at !== null && (stop === null || stop.at < started_at);
  if (container === undefined) {
    await power.seen.see(service, { state, container_id: null });
    return;
  }
  const seen = { state, container_id: container.id, container_name: container.name };
  if (!isUp(state) && isUnrecorded) {
    // someone else, perhaps the guard, stopped it first, and no round has seen that yet
    await noteExit(power, service, seen, container, endings);
  } else if (isUp(state) !== isUp(before.state) || before.container_id !== container.id) {
    await power.seen.see(service, seen);
  }
}

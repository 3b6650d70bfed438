import type { ContainerState } from '../../contracts/service.ts';
import { isUp } from './settle.ts';

interface Replica {
  id: string;
  state: ContainerState;
}

/**
 * The containers of a service that a window keeps running: as many as the file asks for, running ones first. With 0
 * replicas, only containers that already run.
 */
export function containersToKeep<C extends Replica>(
  containers: readonly C[],
  replicas: number,
): C[] {
  const [up, down] = [containers.filter(isRunning), containers.filter((one) => !isRunning(one))];
  return [...up, ...down].slice(0, Math.max(replicas, up.length));
}

/**
 * The container state that decides what happens to a service: with a lease, that of a stopped container; without one,
 * that of a running container. With 0 replicas nothing is missing, so the state is `done`.
 */
export function decidingState(
  containers: readonly Replica[],
  replicas: number,
  leased: boolean,
): ContainerState {
  if (!leased) return containersToKeep(containers, Math.max(1, replicas))[0]?.state ?? 'absent';
  const kept = containersToKeep(containers, replicas);
  if (kept.length === 0 && replicas === 0) return 'done';
  if (kept.length === 0 || kept.length < replicas) return 'absent';
  return (kept.find((one) => !isRunning(one)) ?? kept[0]!).state;
}

/** The states of a running container, the most serious first. */
const byConcern: ContainerState[] = ['unhealthy', 'starting', 'restarting', 'paused', 'running'];

/** The container that represents the service: a running one if there is one, and among equals the previous one. */
export function representativeOf<C extends Replica>(
  containers: readonly C[],
  previous: string | null,
): C | undefined {
  const rank = ({ id, state }: C): number =>
    2 * (byConcern.indexOf(state) + 1 || byConcern.length + 1) - (id === previous ? 1 : 0);
  return containers.toSorted((one, other) => rank(one) - rank(other))[0];
}

const isRunning = ({ state }: Replica): boolean => isUp(state);

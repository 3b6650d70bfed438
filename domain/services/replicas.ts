import type { ContainerState } from '../../contracts/service.ts';
import { isUp } from './settle.ts';

interface Replica {
  id: string;
  state: ContainerState;
}

/**
 * Those of a service's containers that a window keeps up: as many as the file asks for, the ones that run first. Where
 * it asks for none, only what runs all the same.
 */
export function keptUp<C extends Replica>(containers: readonly C[], replicas: number): C[] {
  const [up, down] = [containers.filter(isRunning), containers.filter((one) => !isRunning(one))];
  return [...up, ...down].slice(0, Math.max(replicas, up.length));
}

/**
 * A service that is leased is as its container that fell, one that is not as its container that runs. Of one that the
 * file asks no container of nothing is missing.
 */
export function decidingState(
  containers: readonly Replica[],
  replicas: number,
  leased: boolean,
): ContainerState {
  if (!leased) return keptUp(containers, Math.max(1, replicas))[0]?.state ?? 'absent';
  const kept = keptUp(containers, replicas);
  if (kept.length === 0 && replicas === 0) return 'done';
  if (kept.length === 0 || kept.length < replicas) return 'absent';
  return (kept.find((one) => !isRunning(one)) ?? kept[0]!).state;
}

/** The worst first: what a service that runs is told as. */
const byConcern: ContainerState[] = ['unhealthy', 'starting', 'restarting', 'paused', 'running'];

/** The one that a service is told by: one that runs, if any does, and among equals the one that was told before. */
export function standsFor<C extends Replica>(
  containers: readonly C[],
  told: string | null,
): C | undefined {
  const rank = ({ id, state }: C): number =>
    2 * (byConcern.indexOf(state) + 1 || byConcern.length + 1) - (id === told ? 1 : 0);
  return containers.toSorted((one, other) => rank(one) - rank(other))[0];
}

const isRunning = ({ state }: Replica): boolean => isUp(state);

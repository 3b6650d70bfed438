import type { CatalogService, ContainerState, StrayPolicy } from '../../contracts/service.ts';

/** What the settle loop has to do with one service. */
export type ReconcileStep = 'start' | 'stop' | 'adopt' | 'report' | 'leave';

export interface ReconcileFacts {
  state: ContainerState;
  leased: boolean;
  /** It still has lease rows, all of them expired: it is not a stray, but its window has ended. */
  lapsed: boolean;
  tier: CatalogService['tier'];
  stray: StrayPolicy;
  tolerated: boolean;
}

const up: ReadonlySet<ContainerState> = new Set([
  'starting',
  'running',
  'unhealthy',
  'paused',
  'restarting',
]);

/** Whether a container in this state runs. */
export const isUp = (state: ContainerState): boolean => up.has(state);

/** The note on a stray that is left running. */
export const strayNote =
  'it runs without a window; open one for it, or apply solo madre to stop it';

/** The central rule: a service with a live lease runs, a service without one does not. */
export function reconcileStep(facts: ReconcileFacts): ReconcileStep {
  if (facts.tier !== 'window') return 'leave';
  if (facts.leased) return isUp(facts.state) || facts.state === 'done' ? 'leave' : 'start';
  if (!isUp(facts.state)) return 'leave';
  if (facts.lapsed) return 'stop';
  if (facts.tolerated) return 'report';
  return facts.stray;
}

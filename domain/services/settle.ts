import type { CatalogService, ContainerState, StrayPolicy } from '../../contracts/service.ts';

/** What the settle loop is to do with one service. */
export type ReconcileStep = 'start' | 'stop' | 'adopt' | 'report' | 'leave';

export interface ReconcileFacts {
  state: ContainerState;
  leased: boolean;
  /** It still has lease rows of a window, all of them past: it is no stray, its window has ended. */
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

/** Does a container in this state use the machine? */
export const isUp = (state: ContainerState): boolean => up.has(state);

/** What is noted of a stray that is left alone. */
export const strayNote = 'it runs without a window; open one for it, or apply solo madre to end it';

/** The one rule of power: a service with a live lease runs, one without does not. */
export function reconcileStep(facts: ReconcileFacts): ReconcileStep {
  if (facts.tier !== 'window') return 'leave';
  if (facts.leased) return isUp(facts.state) || facts.state === 'done' ? 'leave' : 'start';
  if (!isUp(facts.state)) return 'leave';
  if (facts.lapsed) return 'stop';
  if (facts.tolerated) return 'report';
  return facts.stray;
}

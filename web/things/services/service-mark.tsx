import type { ServiceStatus } from '../../../contracts/service.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { useWords, type Words } from '../../base/words.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';

const words = {
  asleep: ['asleep', 'dormido'],
  ok: ['ok', 'bien'],
  starting: ['starting', 'arrancando'],
  degraded: ['degraded', 'degradado'],
  down: ['down', 'caído'],
  stray: ['stray', 'suelto'],
} as const;

export type ServiceState = keyof Words<typeof words>;

const looks: Record<ServiceState, [Shape, Tone]> = {
  asleep: ['ring', 'calm'],
  ok: ['full', 'good'],
  starting: ['half', 'accent'],
  degraded: ['warning', 'warn'],
  down: ['cross', 'bad'],
  stray: ['question', 'warn'],
};

const up = new Set(['running', 'starting', 'unhealthy', 'paused', 'restarting', 'stopping']);

/**
 * Runs, though no window holds it: only services of the window tier can be strays. One whose window is about to end it has
 * no lease any more, and is none.
 */
export const isStray = (
  { name, host, tier, state, window_ids }: ServiceStatus,
  windows: readonly WindowView[],
): boolean =>
  tier === 'window' &&
  window_ids.length === 0 &&
  up.has(state) &&
  !windows.some((window) => window.host === host && window.members.includes(name));

export function serviceState(service: ServiceStatus, windows: readonly WindowView[]): ServiceState {
  if (isStray(service, windows)) return 'stray';
  return service.health === 'off_by_policy' ? 'asleep' : service.health;
}

export function ServiceMark({
  service,
  windows,
}: {
  service: ServiceStatus;
  windows: readonly WindowView[];
}) {
  const t = useWords(words);
  const state = serviceState(service, windows);
  const [shape, tone] = looks[state];
  return (
    <Mark shape={shape} tone={tone}>
      {t[state]}
    </Mark>
  );
}

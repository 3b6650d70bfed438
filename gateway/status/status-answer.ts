import type { z } from 'zod';
import type { ContainerState, ServiceStatus, ServiceTier } from '../../contracts/service.ts';
import type { statusAnswer } from '../../contracts/status.ts';
import { hostBudgets } from '../../domain/windows/budget.ts';
import { memoryAsleep } from '../../domain/windows/memory-asleep.ts';
import { serviceStatuses } from '../../domain/windows/service-status.ts';
import { powerModeOf, type Judgement } from '../../domain/services/status.ts';
import { presenceMs } from '../../store/system/presence.ts';
import { presentMadre, type Snapshot } from '../reads/snapshot.ts';

export type StatusAnswer = z.infer<typeof statusAnswer>;

/** What the gateway itself knows about the core services. */
export interface CoreFacts {
  host: string;
  redis: Judgement;
}

/** The whole status at `now`, and until when (epoch ms) it stays true without another commit. */
export interface Composed {
  answer: Omit<StatusAnswer, 'as_of' | 'timestamp'>;
  validUntil: number;
}

export function composeStatus(snapshot: Snapshot, core: CoreFacts, now: number): Composed {
  const services = serviceStatuses(snapshot, now);
  const windowTier = services.filter(({ tier }) => tier === 'window');
  return {
    answer: {
      mode: powerModeOf(windowTier, snapshot.windows.length),
      policy: 'SOLO_MADRE',
      madre_available: presentMadre(snapshot, now) !== null,
      services: withCore(services, snapshot, core, now),
      windows: snapshot.windows,
      budgets: hostBudgets(snapshot, now),
      memory: memoryOf(snapshot, now),
    },
    validUntil: nextChange(snapshot, now),
  };
}

/** What VX11 takes itself, beside what it keeps asleep. */
function memoryOf(snapshot: Snapshot, now: number): StatusAnswer['memory'] {
  const { services, bytes } = memoryAsleep(snapshot);
  const own = presentMadre(snapshot, now)?.detail['own_memory_bytes'];
  return {
    vx11_bytes: typeof own === 'number' ? own : null,
    asleep_services: services,
    asleep_bytes: bytes,
  };
}

/** The core runs as processes. If the Engine has a container with a core service's name, the container's state counts. */
function withCore(
  services: ServiceStatus[],
  snapshot: Snapshot,
  core: CoreFacts,
  now: number,
): ServiceStatus[] {
  const madre: Judgement =
    presentMadre(snapshot, now) === null
      ? { health: 'down', reason: 'madre has sent no heartbeat lately' }
      : { health: 'ok', reason: null };
  const own: [string, Judgement][] = [
    ['tentaculo_link', { health: 'ok', reason: null }],
    ['madre', madre],
    ['redis', core.redis],
  ];
  const inEngine = new Set(
    services.flatMap(({ name, tier, state }) =>
      tier === 'core' && state !== 'absent' ? [name] : [],
    ),
  );
  const processes = own.filter(([name]) => !inEngine.has(name));
  const names = new Set(processes.map(([name]) => name));
  const rows = processes.map(([name, { health, reason }]): ServiceStatus => {
    const state: ContainerState = health === 'ok' ? 'running' : 'unknown';
    const tier: ServiceTier = 'core';
    const unheld = { window_ids: [], until: null, note: null };
    return { name, host: core.host, tier, state, health, reason, ...unheld };
  });
  return [...rows, ...services.filter(({ name, tier }) => tier !== 'core' || !names.has(name))];
}

/** The next moment at which an answer changes by time alone: a lease ends, or a heartbeat becomes too old. */
function nextChange(snapshot: Snapshot, now: number): number {
  const ends = [...snapshot.leases.values()].flat().map(({ deadline }) => deadline ?? Infinity);
  const missed = snapshot.presence.map(({ at }) => at + presenceMs);
  return Math.min(Infinity, ...[...ends, ...missed].filter((at) => at > now));
}

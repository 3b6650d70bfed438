import type { StepWish } from '../contracts/plan.ts';
import { roleOf, type World } from './plan-world.ts';

/** What a step changes, in words for who has to decide. */
export function effectOf({ type, params }: StepWish, own: ReadonlySet<string>): string {
  switch (type) {
    case 'OPEN_WINDOW': {
      const time = params.ttl_seconds === null ? 'with no end' : `for ${params.ttl_seconds} s`;
      return `${params.services.join(', ')} on ${params.host} is up ${time}`;
    }
    case 'CLOSE_WINDOW': {
      const { window_ids, services } = params;
      if (services !== null) {
        const names = services.join(', ');
        if (window_ids.length === 0) return `no window holds ${names}, so nothing changes`;
        return `${names} is taken out of ${window_ids.join(', ')}, and stops; nothing is deleted`;
      }
      const whose = window_ids.every((id) => own.has(id)) ? "the plan's own window" : 'windows';
      return `${whose} ${window_ids.join(', ')} ends; what nobody else holds stops`;
    }
    case 'RESTART_SERVICE': {
      const { service, host, window_id } = params;
      return `${service} on ${host} stops and starts again; ${window_id} stays as it is`;
    }
    case 'SPAWN':
      return `a ${params.task_type} task runs in a sandbox for at most ${params.ttl_seconds} s`;
    case 'SYSTEM_HEALTHCHECK':
      return 'nothing changes: it looks';
    case 'WAIT':
      return `${params.seconds} s pass`;
    case 'NOOP':
      return 'nothing changes';
    default:
      return `${roleOf(type)} is asked for ${params.action}`;
  }
}

/** How a step is taken back; null where there is nothing to take back, or no way. */
export function undoOf({ type, params, always }: StepWish & { always?: boolean }): string | null {
  if (always === true) return null;
  if (type === 'OPEN_WINDOW') return `close ${params.window_id}, unless it was open already`;
  if (type === 'SPAWN') return 'cancel the task';
  if (type === 'RESTART_SERVICE') return 'give up waiting for it; a restart stays';
  return null;
}

const longestStepSeconds = 7200;
/** What a task needs of its step beyond its own time: the spawner to be heard of, a container, an end. */
export const taskMarginSeconds = 60;
/** No task of a plan has more time: its step has none. */
export const longestTaskSeconds = longestStepSeconds - taskMarginSeconds;

/**
 * How long a step may take, and how often it is tried again where its end says that this may help. A window that failed
 * does not come back under its id, which people agreed to: only one that was joined leaves the step its own.
 */
export function limitsOf(
  wish: StepWish,
  world: World,
): { timeout_seconds: number; retries: number } {
  switch (wish.type) {
    case 'OPEN_WINDOW': {
      const { host, services } = wish.params;
      const seconds = startSeconds(host, services, world) + 30;
      const fetches = world.services.some(
        (known) => known.host === host && services.includes(known.name) && known.may_fetch,
      );
      return { timeout_seconds: fetches ? 1200 : Math.min(seconds, 1200), retries: 1 };
    }
    case 'RESTART_SERVICE': {
      // its run has 60 s beside these, and an end of its own: a second try would only hear that again
      const { host, service } = wish.params;
      const seconds = startSeconds(host, [service], world) + stopSeconds(host, service, world) + 80;
      return { timeout_seconds: Math.min(seconds, longestStepSeconds), retries: 0 };
    }
    case 'CLOSE_WINDOW':
      return { timeout_seconds: 180, retries: 0 };
    case 'SPAWN':
      return { timeout_seconds: wish.params.ttl_seconds + taskMarginSeconds, retries: 1 };
    case 'WAIT':
      return { timeout_seconds: wish.params.seconds + 10, retries: 0 };
    case 'SYSTEM_HEALTHCHECK':
    case 'NOOP':
      return { timeout_seconds: 10, retries: 0 };
    default:
      return { timeout_seconds: 60, retries: 1 };
  }
}

function startSeconds(on: string, services: readonly string[], world: World): number {
  const starts = world.services
    .filter(({ host, name }) => host === on && services.includes(name))
    .map(({ start_timeout_ms }) => start_timeout_ms);
  return Math.ceil(starts.reduce((sum, ms) => sum + ms, 0) / 1000);
}

function stopSeconds(on: string, service: string, world: World): number {
  const known = world.services.find(({ host, name }) => host === on && name === service);
  return Math.ceil((known?.stop_grace_ms ?? 0) / 1000);
}

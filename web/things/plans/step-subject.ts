import type { PlanStep } from '../../../contracts/plan.ts';
import { duration } from '../../base/durations.ts';

/** What a step works on, from its exact parameters. */
export function subjectOf(step: PlanStep): string {
  const { params } = step;
  const names = 'services' in params && params.services !== null ? params.services.join(', ') : '';
  switch (step.type) {
    case 'OPEN_WINDOW':
      return `${names} · ${step.params.host}`;
    case 'EXTEND_WINDOW':
      return `${step.params.window_id} · ${names}`;
    case 'CLOSE_WINDOW':
      return [step.params.window_ids.join(', '), names].filter(Boolean).join(' · ');
    case 'RESTART_SERVICE':
      return `${step.params.service} · ${step.params.window_id}`;
    case 'RUN_CHECKS':
    case 'START_REPAIR':
      return `${step.params.suite} · ${step.params.host}`;
    case 'APPLY_PATCH': {
      const { acts, files, host } = step.params;
      return `${(acts ?? files.map(({ path }) => path)).join(', ')} · ${host}`;
    }
    case 'SPAWN':
      return step.params.task_type;
    case 'WAIT':
      return duration(step.params.seconds * 1000);
    case 'NOOP':
      return step.params.message;
    case 'SYSTEM_HEALTHCHECK':
      return names;
    default:
      return `${step.params.action}: ${step.params.text}`;
  }
}

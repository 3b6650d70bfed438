import type { EventRecord } from '../../../contracts/event.ts';
import { scheme } from '../content/scheme.ts';

const idIn = ({ payload }: EventRecord, name: string): string | null =>
  typeof payload[name] === 'string' ? payload[name] : null;

/** The addresses of the resources that an event may have changed. */
export function updatedResources(event: EventRecord): string[] {
  const { type, window_id, service } = event;
  const [plan, task] = [idIn(event, 'plan_id'), idIn(event, 'spawn_id')];
  return [
    'status',
    ...(type.startsWith('catalog.') ? ['services'] : []),
    ...(service === null ? [] : [`services/${service}`]),
    ...(window_id === null ? [] : [`windows/${window_id}`]),
    ...(window_id === null || !/^window\.(closed|failed)$/.test(type)
      ? []
      : [`windows/${window_id}/receipt`]),
    ...(plan === null ? [] : [`plans/${plan}`]),
    ...(task === null
      ? []
      : [task, `${task}/output/stdout`, `${task}/output/stderr`].map((path) => `tasks/${path}`)),
  ].map((path) => `${scheme}${path}`);
}

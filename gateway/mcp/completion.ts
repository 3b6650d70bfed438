import { errorCatalog } from '../../contracts/errors.ts';
import { cleanLine } from '../../platform/clean-text.ts';
import type { AgentCall } from './tool.ts';

const most = 100;

/** The values that an argument may have: names and ids that this token may read. */
export async function completionsOf(
  argument: string,
  kind: string,
  { context }: Pick<AgentCall, 'context'>,
): Promise<string[]> {
  const store = context.store();
  if (argument === 'service' || argument === 'name') {
    const { catalogs } = await context.model.snapshot();
    return [...new Set(catalogs.flatMap(({ services }) => services.map(({ name }) => name)))];
  }
  if (argument === 'host') return (await context.model.snapshot()).catalogs.map(({ host }) => host);
  if (argument === 'stream') return ['stdout', 'stderr'];
  if (argument === 'window_id' || (argument === 'id' && kind.includes('windows'))) {
    return (await store.windows.list({ limit: most })).windows.map((one) => one.window_id);
  }
  if (argument === 'id' && kind.includes('plans')) {
    return (await store.plans.list({ limit: most })).plans.map((one) => one.plan_id);
  }
  if (argument === 'id' && kind.includes('tasks')) {
    return (await store.tasks.list({ limit: most })).spawns.map((one) => one.spawn_id);
  }
  return argument === 'code' ? Object.keys(errorCatalog) : [];
}

/** At most a hundred values that begin with what was typed; none with anything that a person would not see. */
export function completion(values: readonly string[], typed: string) {
  const fits = values.filter((value) => value.startsWith(typed) && value === cleanLine(value));
  return { values: fits.slice(0, most), total: fits.length, hasMore: fits.length > most };
}

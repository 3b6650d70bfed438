import { newId } from '../../contracts/ids.ts';
import { spawnerService } from '../../contracts/queues.ts';
import type { RepairView } from '../../contracts/repair.ts';
import type { Suite } from '../../domain/checks/suite.ts';
import type { CheckDeps } from '../checks/deps.ts';
import { closeWindow, openWindow, type WindowHolder } from '../checks/window.ts';
import { servicesByName } from '../compose/catalog.ts';
import type { TaskOwner } from './trial/check-trial.ts';
import { TrialRefused } from './trial/refused.ts';

/** The owner of the tasks of a repair's copies: that of the repair. */
export const tasksOf = (
  { power }: Pick<CheckDeps, 'power'>,
  { repair_id, owner, correlation_id }: RepairView,
): TaskOwner => ({
  owner,
  principal: async () => (await power.store.repairs.ownerOf(repair_id))?.principal ?? null,
  correlation_id,
  metadata: { repair_id },
});

/**
 * Keeps the spawner awake while copies are checked whose suites run tasks. Its window belongs to the repair, and ends by
 * its deadline if this process dies.
 * @param suites as the stack has them
 * @throws TrialRefused if there is no room for the spawner
 */
export async function withSpawner<T>(
  deps: Pick<CheckDeps, 'power' | 'runs'>,
  repair: RepairView,
  suites: readonly Suite[],
  { ms, signal }: { ms: number; signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  const { power } = deps;
  const spawner = servicesByName(await power.catalog.current()).get(spawnerService);
  if (spawner === undefined || !suites.some(({ services }) => services.includes(spawnerService)))
    return work();
  const { owner, principal, correlation_id } = tasksOf(deps, repair);
  const holder: WindowHolder = {
    window_id: newId('window'),
    owner,
    principal,
    correlation_id,
    host: power.host,
    reason: `${repair.repair_id} runs programs in sandboxes`,
    update_id: repair.repair_id,
  };
  const { max_ttl_ms } = spawner;
  const ask = { services: [spawnerService], ttl_ms: Math.min(ms, max_ttl_ms), max_ttl_ms };
  try {
    const refusal = await openWindow(deps, holder, ask, signal);
    if (refusal !== null) throw new TrialRefused('no_room', refusal.detail);
    return await work();
  } finally {
    await closeWindow(deps, holder).catch((error: unknown) => {
      power.log.warn({ err: error, window_id: holder.window_id }, 'left to its deadline');
    });
  }
}

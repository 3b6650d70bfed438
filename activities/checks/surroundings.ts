import type { CheckRunView } from '../../contracts/checks.ts';
import { windowIdOfRun } from '../../contracts/ids.ts';
import type { CatalogService } from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import type { Suite } from '../../domain/checks/suite.ts';
import { isUp } from '../../domain/services/settle.ts';
import { containersOf } from '../power/host/containers.ts';
import type { PowerHost } from '../power/host/host.ts';
import type { KeptResult } from '../../store/checks/check-runs.ts';

/** What surrounds the checks of a run. */
export interface Surroundings {
  window: WindowView | null;
  /** Services that are not up, and what to say of their checks. */
  away: ReadonlyMap<string, Away>;
  addresses: Record<string, string>;
}

type Away = Pick<KeptResult, 'status' | 'cause' | 'detail'>;

/** Finds out which services of a run are up, where they can be reached, and why the others are not. */
export async function surroundingsOf(
  power: PowerHost,
  run: CheckRunView,
  suites: readonly Suite[],
): Promise<Surroundings> {
  const window = await power.store.windows.find(windowIdOfRun(run.run_id));
  const catalog = await power.catalog.current();
  const byName = new Map(catalog.services.map((service) => [service.name, service]));
  const names = [...new Set(suites.flatMap(({ services }) => services))];
  const refusal = power.catalog.refusal();
  if (refusal !== null) {
    const refused = { status: 'failed', cause: 'compose_refused', detail: refusal } as const;
    return { window, away: new Map(names.map((name) => [name, refused])), addresses: {} };
  }
  const away: Map<string, Away> = new Map();
  const addresses: Record<string, string> = {};
  const look = async (name: string): Promise<void> => {
    const failure = window?.services_failed.find(({ service }) => service === name);
    if (failure !== undefined) {
      const detail = `${failure.error}: ${failure.detail}`;
      away.set(name, { status: 'failed', cause: 'not_started', detail });
      return;
    }
    const found = await Promise.all(
      (await containersOf(power, name)).map(({ id }) => power.engine.inspect(id)),
    );
    const up = found.filter((one) => one !== null).filter(({ state }) => isUp(state));
    const [address] = up.flatMap((one) => one.addresses);
    if (address !== undefined) addresses[name] = address;
    if (up.length > 0 || mayBeDown(byName.get(name))) return;
    // asleep is no failure, unless this run opened the service and it went down
    const held = window?.services.includes(name) === true;
    if (!held) away.set(name, asleep(name));
  };
  await Promise.all(names.map(look));
  return { window, away, addresses };
}

/** A job that has ended is no service that sleeps. */
const mayBeDown = (service: CatalogService | undefined): boolean => service?.one_shot === true;

const asleep = (name: string): Away => ({
  status: 'off_by_policy',
  cause: 'off_by_policy',
  detail: `${name} sleeps, and this run was not to wake it`,
});

import type { ProviderEntry } from '../../../contracts/provider.ts';
import type { SwitchDeps, Switch } from '../../../activities/routing/create-switch.ts';
import { createSwitchPort, type SwitchPort } from '../../../gateway/routing/switch-client.ts';
import { serveHealth } from '../../../workers/health-server.ts';
import { switchRoutes } from '../../../workers/switch/routes.ts';
import { switchOver } from '../../activities/routing/routed.ts';
import { aService } from '../../domain/samples.ts';
import {
  beat,
  catalog,
  startListening,
  view,
  type GatewayChange,
  type ListeningGateway,
} from '../fixture.ts';

export interface RoutedGateway extends ListeningGateway {
  router: Switch;
}

const key = 'the-internal-key-of-tests';

/** Holds a service of `box` up for a minute, or for so long. */
export async function awaken(
  { store }: Pick<ListeningGateway, 'store'>,
  service: string,
  ms = 60_000,
): Promise<void> {
  const window = view({ services: [service], members: [service], target: service });
  await store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service };
  await store.leases.reserve(
    window.window_id,
    [{ ...lease, deadline: Date.now() + ms, is_open: true }],
    Date.now(),
  );
}

/** A gateway that listens, and a switch that it reaches over HTTP, on one store. */
export async function startRoutedGateway(
  providers: readonly ProviderEntry[],
  change: {
    gateway?: GatewayChange;
    switch?: Partial<SwitchDeps>;
    asleep?: boolean;
    /** How often switch writes what waits. */
    flushEveryMs?: number;
  } = {},
): Promise<RoutedGateway> {
  let port: SwitchPort | null = null;
  const late: SwitchPort = { post: (...all) => port!.post(...all) };
  const gateway = await startListening({
    ...change.gateway,
    deps: { ...change.gateway?.deps, switch: late },
  });
  const services = [aService('web'), aService('switch'), aService('smol')];
  await gateway.store.services.saveCatalog(catalog(services), []);
  await beat(gateway.store);
  const router = await switchOver(gateway.store, providers, change.switch);
  const health = () => ({ status: 'ok' as const, module: 'switch', version: '0' });
  const served = await serveHealth({ host: '127.0.0.1', port: 0 }, health, {
    routes: switchRoutes(router, key),
  });
  port = createSwitchPort(`http://127.0.0.1:${served.port}`, key);
  await router.flush();
  if (change.asleep !== true) await awaken(gateway, 'switch', 3_600_000);
  const rounds = setInterval(() => void router.flush(), change.flushEveryMs ?? 100);
  return {
    ...gateway,
    router,
    async close() {
      clearInterval(rounds);
      await served.close();
      await router.flush();
      await gateway.close();
    },
  };
}

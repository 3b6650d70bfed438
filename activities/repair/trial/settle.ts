import type { CatalogService } from '../../../contracts/service.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { pause } from '../../../platform/concurrency/pause.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import type { Surroundings } from '../../checks/surroundings.ts';
import { listeningIn } from '../../engine/sockets.ts';
import type { PowerHost } from '../../power/host/host.ts';
import { allReady, type Readiness } from '../../power/start/readiness.ts';

/** The longest wait for a service to become ready. */
const mostMs = 60_000;
/** A service without a health check whose sockets are the same for so long listens where it ever will. */
const calmMs = 1000;
const lookMs = 100;
/** The wait for such a service that the file tells nothing of. */
const earlyMs = 2000;

type Away = Surroundings['away'] extends ReadonlyMap<string, infer T> ? T : never;

/**
 * Finds out what became of the services of a project, as the opening of a window would.
 * @param error why Compose did not start all of them; null if it did
 */
export async function settle(
  power: PowerHost,
  { project, error }: { project: string; error: string | null },
  services: readonly CatalogService[],
  signal: AbortSignal,
): Promise<Pick<Surroundings, 'away' | 'addresses'>> {
  const away = new Map<string, Away>();
  const addresses: Record<string, string> = {};
  const look = async (service: CatalogService): Promise<void> => {
    const { name } = service;
    const containers = await power.engine.list(project, name);
    if (containers.length === 0 || containers.some(({ state }) => state === 'created'))
      return void away.set(name, notStarted(error ?? 'it was not started'));
    const readiness = await ready(power, service, containers, signal);
    if (readiness !== null && !readiness.ready) {
      const { failure } = readiness;
      return void away.set(name, notStarted(`${failure.error}: ${failure.detail}`));
    }
    const facts = await Promise.all(containers.map(({ id }) => power.engine.inspect(id)));
    const [address] = facts.flatMap((one) =>
      one !== null && isUp(one.state) ? one.addresses : [],
    );
    if (address !== undefined) addresses[name] = address;
  };
  await Promise.all(services.map(look));
  return { away, addresses };
}

export const notStarted = (detail: string): Away => ({
  status: 'failed',
  cause: 'not_started',
  detail,
});

/** @returns null if it is up, but may never be ready: its checks say more */
async function ready(
  power: PowerHost,
  service: CatalogService,
  containers: readonly { id: string }[],
  signal: AbortSignal,
): Promise<Readiness | null> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal, AbortSignal.timeout(mostMs)]);
  const goal = service.one_shot === true ? 'done' : 'ready';
  const watching = untilCalm(power, containers, either).then(
    (calm) => calm && goal === 'ready' && enough.abort(),
    () => undefined,
  );
  try {
    const readiness = await allReady(power, service, containers, { goal, signal: either });
    // without a port in the file or a health check, it counts as ready before it listens
    const isEarly = goal === 'ready' && service.ports.length === 0 && !service.has_healthcheck;
    if (readiness.ready && isEarly) await Promise.race([watching, pause(earlyMs, either)]);
    return readiness;
  } catch (error) {
    signal.throwIfAborted();
    if (!either.aborted) throw error;
    return null;
  } finally {
    enough.abort();
    await watching;
  }
}

/** Waits until every container listens on the same sockets for a while; those with a health check are waited for by it. */
async function untilCalm(
  { engine }: PowerHost,
  containers: readonly { id: string }[],
  signal: AbortSignal,
): Promise<boolean> {
  let before = '';
  let since = performance.now();
  const look = async (): Promise<true | null> => {
    const facts = await Promise.all(containers.map(({ id }) => engine.inspect(id)));
    const sockets = await Promise.all(
      facts.map(async (one) =>
        one === null || one.health !== 'none' ? null : listeningIn(one.pid),
      ),
    );
    const now = sockets.every((found) => found !== null && found.length > 0)
      ? JSON.stringify(sockets)
      : '';
    if (now !== before) since = performance.now();
    before = now;
    return now !== '' && performance.now() - since >= calmMs ? true : null;
  };
  return (await poll(look, { everyMs: lookMs, signal })) === true;
}

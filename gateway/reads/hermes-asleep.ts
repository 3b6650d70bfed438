import { hermesService } from '../../contracts/queues.ts';
import { findServices, type Snapshot } from './snapshot.ts';

const openIt =
  'hermes is asleep. Open it: POST /vx11/window/open {"target":"hermes","ttl_seconds":600}, or: vx11 open hermes --ttl 10m';
const addIt =
  'The managed compose file has no service `hermes`. Add the one of VX11’s own docker-compose.yml to it, ' +
  'then open it: vx11 open hermes --ttl 10m';

/** What to do while hermes sleeps on a host, or on all. */
export function hermesAsleep(snapshot: Snapshot, host?: string): string {
  const services = findServices(snapshot, hermesService);
  return services.some((one) => host === undefined || one.host === host) ? openIt : addIt;
}

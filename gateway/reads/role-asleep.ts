import { findServices, type Snapshot } from './snapshot.ts';

/** What to do while a role sleeps on a host, or on all. */
export function roleAsleep(snapshot: Snapshot, role: string, host?: string): string {
  const services = findServices(snapshot, role);
  const isKnown = services.some((one) => host === undefined || one.host === host);
  const open = `vx11 open ${role} --ttl 10m`;
  return isKnown
    ? `${role} is asleep. Open it: POST /vx11/window/open {"target":"${role}","ttl_seconds":600}, or: ${open}`
    : `The managed compose file has no service \`${role}\`. Add the one of VX11’s own docker-compose.yml to it, then open it: ${open}`;
}

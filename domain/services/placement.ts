import type { ServiceTier } from '../../contracts/service.ts';

/** A service of one host, as far as it matters here. */
interface Located {
  name: string;
  host: string;
  tier: ServiceTier;
}

/** Why a window over these services cannot be placed. */
export type Misplacement =
  /** No compose file has it, or not that of `host`. */
  | { why: 'unknown'; name: string; host: string | null }
  | { why: 'several_hosts'; name: string; hosts: string[] }
  | { why: 'always_runs'; name: string; tier: ServiceTier }
  /** Each of them is somewhere, and no host has them all. */
  | { why: 'apart'; hosts: string[] };

/**
 * The one host of a window over services of these names: the one that was named, else the only one that has them all.
 * @param known services of these names, on any host; others do no harm
 */
export function placeServices<Service extends Located>(
  names: readonly string[],
  named: string | null,
  known: readonly Service[],
):
  | { ok: true; host: string; services: Service[] }
  | { ok: false; at: number; problem: Misplacement } {
  const on = (host: string | null, name: string): Service[] =>
    known.filter((one) => one.name === name && (host === null || one.host === host));
  const hosts = [...new Set(known.map(({ host }) => host))];
  const whole = hosts.filter((host) => names.every((name) => on(host, name).length > 0));
  const wanted = named ?? (whole.length === 1 ? whole[0]! : null);
  const services: Service[] = [];
  for (const [at, name] of names.entries()) {
    const [first, ...more] = on(wanted, name);
    if (first === undefined) {
      return { ok: false, at, problem: { why: 'unknown', name, host: wanted } };
    }
    if (more.length > 0) {
      const several = [first, ...more].map(({ host }) => host);
      return { ok: false, at, problem: { why: 'several_hosts', name, hosts: several } };
    }
    if (first.tier !== 'window') {
      return { ok: false, at, problem: { why: 'always_runs', name, tier: first.tier } };
    }
    services.push(first);
  }
  const found = [...new Set(services.map(({ host }) => host))];
  if (found.length > 1) return { ok: false, at: 0, problem: { why: 'apart', hosts: found } };
  return { ok: true, host: found[0]!, services };
}

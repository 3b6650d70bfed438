import { finding, type Kind } from '../finding.ts';

/** Containers of the project whose service no file names. */
export const orphanContainer: Kind = ({ stack }) =>
  (stack?.orphans.containers ?? []).map(({ name, service, status }) =>
    finding({
      kind: 'orphan_container',
      type: 'extra',
      path: `containers.${name}`,
      actual: status,
      severity: 'warn',
      description: `${name} belongs to this project, and no file names its service ${service}.`,
      evidence: { container: name, service },
    }),
  );

/** One-off runs that ended more than an hour ago. */
export const runLeftover: Kind = ({ stack }) =>
  (stack?.leftovers ?? []).map(({ name, service, hours }) =>
    finding({
      kind: 'run_leftover',
      type: 'extra',
      path: `containers.${name}`,
      severity: 'info',
      description: `${name} is left of a docker compose run of ${service} that ended ${hours} h ago.`,
      evidence: { container: name, service },
    }),
  );

/** A container of somebody else on our network, or with our volume. */
export const rogueTwin: Kind = ({ stack }) =>
  (stack?.twins ?? []).map(({ name, on }) =>
    finding({
      kind: 'rogue_twin',
      type: 'extra',
      path: `containers.${name}`,
      actual: on,
      severity: 'warn',
      description: `${name} belongs to no compose file, and uses ${on} of this stack.`,
      evidence: { container: name },
    }),
  );

const orphaned =
  (kind: 'orphan_network' | 'orphan_volume', of: 'networks' | 'volumes'): Kind =>
  ({ stack }) =>
    (stack?.orphans[of] ?? []).map((name) =>
      finding({
        kind,
        type: 'extra',
        path: `${of}.${name}`,
        severity: 'info',
        description: `${of === 'networks' ? 'Network' : 'Volume'} ${name} belongs to this project, and no file names it.`,
      }),
    );

export const orphanNetwork = orphaned('orphan_network', 'networks');
export const orphanVolume = orphaned('orphan_volume', 'volumes');

/** Anonymous volumes of services whose containers were made again: the new ones have others. */
export const anonymousDangling: Kind = ({ stack }) =>
  (stack?.abandoned ?? []).map(({ name, service }) =>
    finding({
      kind: 'anonymous_dangling',
      type: 'extra',
      path: `volumes.${name}`,
      severity: 'info',
      description: `The anonymous volume ${name.slice(0, 12)} was one of ${service}, and no container has it any more. If nobody needs its data: docker volume rm ${name}.`,
      evidence: { service },
    }),
  );

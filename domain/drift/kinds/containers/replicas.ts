import { finding, pathOf, settled, type Kind } from '../finding.ts';

const counted =
  (
    kind: 'replica_missing' | 'replica_extra',
    isIt: (has: number, wants: number) => boolean,
  ): Kind =>
  (facts) =>
    settled(facts)
      .filter(({ awake, containers, replicas }) => awake && isIt(containers.length, replicas))
      .map(({ name, containers, replicas }) =>
        finding({
          kind,
          type: kind === 'replica_missing' ? 'missing' : 'extra',
          service: name,
          path: pathOf(name, 'scale'),
          expected: String(replicas),
          actual: String(containers.length),
          severity: 'warn',
          description: `${name}: it has ${containers.length} containers, and ${replicas} are declared.`,
        }),
      );

export const replicaMissing = counted('replica_missing', (has, wants) => has > 0 && has < wants);
/** They are left until the window ends, as everything that somebody else started. */
export const replicaExtra = counted('replica_extra', (has, wants) => has > wants && wants > 0);

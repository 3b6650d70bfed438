import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

const nameOf = (policy: string): string => policy.split(':')[0] || 'no';

/** A window's container has no restart policy: a reboot would wake it. */
export const restartPolicy: Kind = (facts) =>
  settled(facts).flatMap(({ name, tier, awake, restart, containers }): JudgedFinding[] => {
    const usual = tier !== 'window' ? [nameOf(restart)] : awake ? ['no'] : ['no', nameOf(restart)];
    const one = containers.find(({ restart_policy }) => !usual.includes(nameOf(restart_policy)));
    if (one === undefined) return [];
    return [
      finding({
        kind: 'restart_policy',
        type: 'modified',
        service: name,
        path: pathOf(name, 'restart'),
        expected: usual[0]!,
        actual: one.restart_policy,
        severity: 'warn',
        description: `${name}: its restart policy is ${one.restart_policy}, so that the Engine may start it by itself.`,
        evidence: { container: one.name },
      }),
    ];
  });

import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

/** A container that was made from other files, such as with an own `-f` or COMPOSE_FILE. */
export const filesDiffer: Kind = (facts) =>
  settled(facts).flatMap(({ name, awake, containers }): JudgedFinding[] => {
    const one = containers.find(
      ({ made_from, same_definition }) => made_from !== null && same_definition === false,
    );
    if (one === undefined) return [];
    return [
      finding({
        kind: 'files_differ',
        type: 'modified',
        service: name,
        path: pathOf(name),
        actual: one.made_from,
        severity: 'warn',
        ...(!awake && { state: 'pending' }),
        description: `${name}: its container was made from other files. Let VX11_COMPOSE_FILE name all of them.`,
        evidence: { container: one.name },
      }),
    ];
  });

import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

/** The file says the same in other words, or another release of Compose made the container: nothing has to be done. */
export const definitionRespelled: Kind = (facts) => {
  const found = settled(facts).flatMap(({ name, containers, image }) =>
    containers
      .filter((one) => one.same_definition === false)
      .filter((one) => one.differences.length === 0 && one.unproved.length === 0)
      .filter((one) => image === null || one.image.reference === image.reference)
      .slice(0, 1)
      .map((container) => ({ name, container })),
  );
  const release = found.find(({ container }) => container.made_by !== null)?.container.made_by;
  const ofRelease: JudgedFinding[] =
    release === undefined || release === null
      ? []
      : [
          finding({
            kind: 'definition_respelled',
            type: 'modified',
            path: 'stack',
            actual: release,
            severity: 'info',
            description: `Containers were made by Compose ${release}; their settings are as the file says.`,
          }),
        ];
  const rest = found
    .filter(({ container }) => container.made_by === null)
    .map(({ name, container }) =>
      finding({
        kind: 'definition_respelled',
        type: 'modified',
        service: name,
        path: pathOf(name),
        severity: 'info',
        description: `${name}: the file is written in another way, and says the same.`,
        evidence: { container: container.name },
      }),
    );
  return [...ofRelease, ...rest];
};

import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

/** The file names another image than the one that the container was made from. */
export const imageReference: Kind = (facts) =>
  settled(facts).flatMap(({ name, awake, image, containers }): JudgedFinding[] => {
    const one = containers.find(
      (container) => image !== null && container.image.reference !== image.reference,
    );
    // once its tag is taken away, the Engine shows the id
    if (one === undefined || image === null || one.image.reference.startsWith('sha256:')) return [];
    return [
      finding({
        kind: 'definition_changed',
        type: 'modified',
        service: name,
        path: pathOf(name, 'image'),
        expected: image.reference,
        actual: one.image.reference,
        severity: 'warn',
        ...(!awake && { state: 'pending' }),
        description: `${name}: image is not as the file says.`,
        evidence: { container: one.name },
      }),
    ];
  });

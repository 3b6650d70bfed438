import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

/** The tag of the file names another image than the one that the container was made from. */
export const imageMoved: Kind = (facts) =>
  settled(facts).flatMap(({ name, image, containers }): JudgedFinding[] => {
    if (image === null || image.id === null) return [];
    const one = containers.find(
      (container) =>
        container.image.id !== image.id && container.image.reference === image.reference,
    );
    if (one === undefined) return [];
    return [
      finding({
        kind: 'image_moved',
        type: 'modified',
        service: name,
        path: pathOf(name, 'image'),
        expected: image.id,
        actual: one.image.id,
        severity: 'warn',
        description: `${name}: ${image.reference} is another image now than the one its container was made from.`,
        evidence: { container: one.name, reference: image.reference },
      }),
    ];
  });

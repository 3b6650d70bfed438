import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

/**
 * No image of that name is here, and no opening gets it. One that can be pulled or built is pulled or built, and core services
 * that run as processes of the machine need none.
 */
export const imageGone: Kind = (facts) =>
  settled(facts).flatMap(({ name, image, tier, awake }): JudgedFinding[] =>
    image === null || image.id !== null || image.obtainable || (tier !== 'window' && !awake)
      ? []
      : [
          finding({
            kind: 'image_gone',
            type: 'missing',
            service: name,
            path: pathOf(name, 'image'),
            expected: image.reference,
            severity: 'high',
            description: `${name}: there is no image ${image.reference} here, and its next opening fails. Pull or build it.`,
          }),
        ],
  );

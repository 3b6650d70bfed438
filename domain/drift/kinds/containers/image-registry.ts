import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

/** The registry has another image under the tag than this host. One that was built here has no digest, and is never named. */
export const imageUpdate: Kind = (facts) =>
  settled(facts).flatMap(({ name, image }): JudgedFinding[] =>
    image?.update == null
      ? []
      : [
          finding({
            kind: 'image_update',
            type: 'modified',
            service: name,
            path: pathOf(name, 'image'),
            expected: image.update,
            actual: image.id,
            severity: 'info',
            description: `${name}: its registry has a newer ${image.reference}. Pull it: docker compose pull ${name}.`,
            evidence: { reference: image.reference },
          }),
        ],
  );

/** What a scanner beside the stack reported of the image that is here, and that another version of the package mends. */
export const imageVulnerable: Kind = (facts) =>
  settled(facts).flatMap(({ name, image }): JudgedFinding[] =>
    (image?.vulnerable ?? []).map(({ id, package: of, severity, has, fixed }) =>
      finding({
        kind: 'image_vulnerable',
        type: 'modified',
        service: name,
        path: pathOf(name, `image.${id}.${of}`),
        expected: fixed,
        actual: has,
        severity,
        ...(severity === 'info' && { state: 'info' as const }),
        description: `${name}: ${id} in ${of} ${has}, which ${fixed} mends.`,
        evidence: { reference: image!.reference },
      }),
    ),
  );

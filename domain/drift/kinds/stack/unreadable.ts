import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, type Kind } from '../finding.ts';

/** Compose refuses the files; what was found is held against the last ones that it took. */
const ofFiles: Kind = ({ stack }) =>
  stack === null || stack.refusal === null
    ? []
    : [
        finding({
          kind: 'unreadable',
          type: 'error',
          path: 'stack',
          actual: stack.refusal,
          severity: 'high',
          description:
            'Compose refuses the files as they are; the last ones that it took are compared.',
        }),
      ];

/** A mistake in `x-vx11.drift`: what it says there does not hold, and the rest does. */
const ofSettings: Kind = ({ stack }) =>
  (stack?.wrong_settings ?? []).map(({ path, detail }): JudgedFinding =>
    finding({
      kind: 'unreadable',
      type: 'error',
      path,
      actual: detail,
      severity: 'warn',
      description: `${path} does not hold: ${detail}. The other settings there do.`,
    }),
  );

export const unreadable: Kind = (facts) => [...ofFiles(facts), ...ofSettings(facts)];

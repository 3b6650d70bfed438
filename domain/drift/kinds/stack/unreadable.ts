import { finding, type Kind } from '../finding.ts';

/** Compose refuses the files; what was found is held against the last ones that it took. */
export const unreadable: Kind = ({ stack }) =>
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

import { finding, type Kind } from '../finding.ts';

/** Compose uses an empty text instead. */
export const variableUnset: Kind = ({ stack }) =>
  (stack?.unset ?? []).map((name) =>
    finding({
      kind: 'variable_unset',
      type: 'missing',
      path: `variables.${name}`,
      severity: 'warn',
      description: `The files use \${${name}}, which is not set: nothing stands in its place. Set it in .env.`,
    }),
  );

import { finding, type Kind } from '../finding.ts';

/** Files of the stack that others may write, and secrets that others may read. */
export const filePermission: Kind = ({ stack }) =>
  (stack?.loose_files ?? []).map(({ path, mode, secret }) =>
    finding({
      kind: 'file_permission',
      type: 'permission',
      path: `files.${path}`,
      expected: secret ? 'readable by its owner' : 'writable by its owner',
      actual: mode,
      severity: secret ? 'high' : 'warn',
      description: `${path} has mode ${mode}: ${secret ? 'everybody may read this secret' : 'everybody may change it'}.`,
    }),
  );

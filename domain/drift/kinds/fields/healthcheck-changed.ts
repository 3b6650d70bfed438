import { fieldKind, isField } from './field-kind.ts';

export const healthcheckChanged = fieldKind({
  kind: 'healthcheck_changed',
  owns: isField('healthcheck'),
  severity: 'warn',
  asleep: 'pending',
  what: ({ path }) => path,
});

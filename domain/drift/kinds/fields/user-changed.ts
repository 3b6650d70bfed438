import { fieldKind, isField } from './field-kind.ts';

export const userChanged = fieldKind({
  kind: 'user_changed',
  owns: isField('user', 'working_dir'),
  severity: 'warn',
  asleep: 'pending',
  what: ({ path }) => path,
});

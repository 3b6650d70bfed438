import { fieldKind, isField } from './field-kind.ts';

export const commandChanged = fieldKind({
  kind: 'command_changed',
  owns: isField('command', 'entrypoint'),
  severity: 'warn',
  asleep: 'pending',
  what: ({ path }) => path,
});

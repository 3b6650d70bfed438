import { fieldKind, isField, keyOf } from './field-kind.ts';

/** A variable of the file, of an env file or of the image. Values show as keyed hashes. */
export const envChanged = fieldKind({
  kind: 'env_changed',
  owns: isField('environment'),
  severity: 'warn',
  asleep: 'pending',
  what: (one) => `variable ${keyOf(one)}`,
});

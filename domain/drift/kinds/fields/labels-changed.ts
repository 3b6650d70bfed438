import { fieldKind, isField, keyOf } from './field-kind.ts';

/** Programs beside the stack act on labels such as these. */
const acted =
  /^(traefik|caddy|com\.centurylinklabs|sablier|homepage|prometheus|swag|diun|wud)[._-]/;

export const labelsChanged = fieldKind({
  kind: 'labels_changed',
  owns: isField('labels'),
  severity: (one) => (acted.test(keyOf(one)) ? 'warn' : 'info'),
  asleep: 'pending',
  what: (one) => `label ${keyOf(one)}`,
});

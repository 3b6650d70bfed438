import { fieldKind, isField, keyOf } from './field-kind.ts';
import { isExposed } from './port-exposed.ts';

export const portsChanged = fieldKind({
  kind: 'ports_changed',
  owns: (one) => isField('ports')(one) && !isExposed(one),
  severity: 'high',
  asleep: 'pending',
  what: (one) => `where port ${keyOf(one)} is published`,
});

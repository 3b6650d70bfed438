import { fieldKind, fieldOf, keyOf } from './field-kind.ts';
import { isSocket } from './privilege-gained.ts';

export const mountsChanged = fieldKind({
  kind: 'mounts_changed',
  owns: (one) => fieldOf(one) === 'volumes' && !isSocket(one),
  severity: 'high',
  asleep: 'pending',
  what: (one) => `what is mounted at ${keyOf(one)}`,
});

import type { Difference } from '../../shape/differences.ts';
import { fieldKind, fieldOf } from './field-kind.ts';

const shared: ReadonlySet<string> = new Set(['network_mode', 'pid', 'ipc']);

export const lostParent = (one: Difference): boolean =>
  shared.has(fieldOf(one)) &&
  one.expected?.startsWith('service:') === true &&
  one.actual?.startsWith('container:') === true;

/** It lives in the namespace of a container that is gone: it runs, and is reached by nobody. */
export const namespaceParentGone = fieldKind({
  kind: 'namespace_parent_gone',
  owns: lostParent,
  severity: 'critical',
  asleep: 'pending',
  what: ({ path, expected }) => `${path} (${expected}) leads to a container that is gone; it`,
});

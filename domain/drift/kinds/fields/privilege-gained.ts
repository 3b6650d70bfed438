import type { Difference } from '../../shape/differences.ts';
import { fieldKind, fieldOf } from './field-kind.ts';

/** The Engine's socket is as much as the whole host. */
export const isSocket = ({ path, actual }: Pick<Difference, 'path' | 'actual'>): boolean =>
  path.startsWith('volumes.') && /(docker|containerd|podman)\.sock/.test(actual ?? '');

const gains: ReadonlySet<string> = new Set([
  'privileged',
  'cap_add',
  'devices',
  'device_cgroup_rules',
  'pid',
  'ipc',
  'userns_mode',
  'uts',
  'group_add',
]);
/** What confines a container: without it, it has more. */
const confines: ReadonlySet<string> = new Set(['cap_drop', 'read_only']);

/** A container with more rights than the file gives it. */
export const isGain = (one: Difference): boolean => {
  const field = fieldOf(one);
  if (isSocket(one)) return true;
  if (one.actual?.startsWith('container:') === true) return false;
  if (field === 'security_opt') return one.actual === null || /unconfined|=disable/.test(one.path);
  if (field === 'network_mode') return one.actual === 'host';
  return (gains.has(field) && one.actual !== null) || (confines.has(field) && one.actual === null);
};

export const privilegeGained = fieldKind({
  kind: 'privilege_gained',
  owns: isGain,
  severity: 'critical',
  asleep: 'same',
  what: ({ path }) => `more rights than the file gives: ${path}`,
});

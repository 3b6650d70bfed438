import { fieldKind, isField } from './field-kind.ts';

export const limitFields = [
  'mem_limit',
  'mem_reservation',
  'memswap_limit',
  'cpus',
  'cpu_shares',
  'cpu_quota',
  'cpu_period',
  'cpuset',
  'pids_limit',
  'mem_swappiness',
];

/** `docker update` changes limits without a trace in the definition. */
export const limitsChanged = fieldKind({
  kind: 'limits_changed',
  owns: isField(...limitFields),
  severity: 'warn',
  asleep: 'same',
  what: ({ path }) => path,
});

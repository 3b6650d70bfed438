import { mapOf, setOnly, textOf, type Aspect } from './aspect.ts';

/** 0, -1 and nothing are the same: no limit. */
const amount = (value: unknown): string => {
  const number = Number(textOf(value));
  return Number.isFinite(number) && number > 0 ? String(number) : '';
};
/** Here -1 is no limit, and 0 what the Engine makes of the memory. */
const swap = (value: unknown): string => (textOf(value) === '-1' ? '-1' : amount(value));
/** Here 0 is a limit, and -1 or nothing is none. */
const swappiness = (value: unknown): string => (/^\d+$/.test(textOf(value)) ? textOf(value) : '');

/** The keys of limits that count by themselves, with their name at the Engine. */
const plain = {
  mem_reservation: 'MemoryReservation',
  cpu_shares: 'CpuShares',
  cpu_quota: 'CpuQuota',
  cpu_period: 'CpuPeriod',
} as const;

/** What a container may use; `docker update` changes it while it runs. Sizes in bytes. */
export const limits: Aspect = {
  compares: [
    'mem_limit',
    'cpus',
    'pids_limit',
    'cpuset',
    'deploy.resources.limits.memory',
    'deploy.resources.limits.cpus',
    'deploy.resources.limits.pids',
    'deploy.resources.reservations.memory',
    ...Object.keys(plain),
  ],
  // the Engine sets these by itself where the file is silent
  follows: ['memswap_limit', 'mem_swappiness'],
  expected({ declared }) {
    const { limits: own, reservations } = mapOf(mapOf(declared['deploy'])['resources']);
    const [most, least] = [mapOf(own), mapOf(reservations)];
    return setOnly({
      ...Object.fromEntries(Object.keys(plain).map((key) => [key, amount(declared[key])])),
      mem_limit: amount(most['memory'] ?? declared['mem_limit']),
      mem_reservation: amount(least['memory'] ?? declared['mem_reservation']),
      cpus: amount(most['cpus'] ?? declared['cpus']),
      pids_limit: amount(most['pids'] ?? declared['pids_limit']),
      cpuset: textOf(declared['cpuset']),
      memswap_limit: swap(declared['memswap_limit']),
      mem_swappiness: swappiness(declared['mem_swappiness']),
    });
  },
  actual({ declared, container: { HostConfig: host } }) {
    return setOnly({
      ...Object.fromEntries(Object.entries(plain).map(([key, name]) => [key, amount(host[name])])),
      mem_limit: amount(host['Memory']),
      cpus: amount(Number(host['NanoCpus'] ?? 0) / 1e9),
      pids_limit: amount(host['PidsLimit']),
      cpuset: textOf(host['CpusetCpus']),
      memswap_limit: 'memswap_limit' in declared ? swap(host['MemorySwap']) : '',
      mem_swappiness: 'mem_swappiness' in declared ? swappiness(host['MemorySwappiness']) : '',
    });
  },
};

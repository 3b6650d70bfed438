import { mapOf, setOnly, textOf, type Aspect } from './aspect.ts';

/** 0, -1 and nothing are the same: no limit. */
const amount = (value: unknown): string => {
  const number = Number(textOf(value));
  return Number.isFinite(number) && number > 0 ? String(number) : '';
};

/** The keys of limits that count by themselves, with their name at the Engine. */
const plain = {
  mem_reservation: 'MemoryReservation',
  memswap_limit: 'MemorySwap',
  cpu_shares: 'CpuShares',
  cpu_quota: 'CpuQuota',
  cpu_period: 'CpuPeriod',
  mem_swappiness: 'MemorySwappiness',
} as const;

/** The Engine sets these by itself where the file is silent. */
const defaulted: ReadonlySet<string> = new Set(['memswap_limit', 'mem_swappiness']);

/** What a container may use; `docker update` changes it while it runs. Sizes in bytes. */
export const limits: Aspect = {
  keys: ['mem_limit', 'cpus', 'pids_limit', 'cpuset', 'deploy', ...Object.keys(plain)],
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
    });
  },
  actual({ declared, container: { HostConfig: host } }) {
    const others = Object.entries(plain).filter(([key]) => !defaulted.has(key) || key in declared);
    return setOnly({
      ...Object.fromEntries(others.map(([key, name]) => [key, amount(host[name])])),
      mem_limit: amount(host['Memory']),
      cpus: amount(Number(host['NanoCpus'] ?? 0) / 1e9),
      pids_limit: amount(host['PidsLimit']),
      cpuset: textOf(host['CpusetCpus']),
    });
  },
};

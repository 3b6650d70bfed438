import type { CatalogService, GpuNeed } from '../../contracts/service.ts';

export type Admission = { admit: true } | { admit: false; because: string };

/** The resources of a host that windows may use. Null or absent: no limit. */
export interface Budget {
  memory_bytes: number | null;
  cpus: number | null;
  gpus?: number | null | undefined;
  gpu_memory_bytes?: number | null | undefined;
}

/** The resources a service needs: its containers' limits, or else their last measured use; 0 if neither is known. */
export interface Need {
  memory_bytes: number;
  cpus: number;
  /** GPUs reserved by count, in addition to those reserved by id. */
  gpus?: GpuNeed['count'];
  gpu_ids?: string[];
  gpu_memory_bytes?: number;
}

export const needOf = (service: CatalogService, measuredBytes: number | null): Need => ({
  memory_bytes: times(service.memory_bytes, service) ?? measuredBytes ?? 0,
  cpus: times(service.cpus, service) ?? 0,
  ...gpuNeedOf(service),
});

const times = (limit: number | null, { replicas }: CatalogService): number | null =>
  limit === null ? null : limit * replicas;

function gpuNeedOf(service: CatalogService): Partial<Need> {
  const { gpu, replicas } = service;
  if (gpu === null || gpu === undefined) return {};
  const { count, ids } = gpu;
  return {
    gpus: count === 'all' ? 'all' : (count - ids.length) * replicas,
    gpu_ids: replicas > 0 ? ids : [],
    gpu_memory_bytes: times(gpu.memory_bytes, service) ?? 0,
  };
}

const mib = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MiB`;

type Needs = ReadonlyMap<string, Need>;

/**
 * Whether these services may start next to those that are already leased.
 * @param running needs of the leased services, by name; a service in both maps counts once
 * @param ahead number of windows that already wait; a new window does not overtake them
 */
export function admit(wanted: Needs, running: Needs, budget: Budget, ahead: number): Admission {
  const added = new Map([...wanted].filter(([name]) => !running.has(name)));
  if (added.size === 0) return { admit: true };
  const because =
    lackOf(added, running, budget.memory_bytes, (need) => need.memory_bytes, 'memory') ??
    lackOfCpus(added, running, budget.cpus) ??
    lackOfGpus(added, running, budget.gpus ?? null) ??
    lackOf(
      added,
      running,
      budget.gpu_memory_bytes ?? null,
      (need) => need.gpu_memory_bytes ?? 0,
      'GPU memory',
    ) ??
    (ahead > 0 ? `${ahead} other windows already wait for room` : null);
  return because === null ? { admit: true } : { admit: false, because };
}

/** The resources that these services take together, as `admit` counts them. */
export const takenBy = (needs: Needs, budget: Budget) => ({
  memory_bytes: sum(needs, (need) => need.memory_bytes),
  cpus: sum(needs, (need) => need.cpus),
  gpus: gpusOf(needs, budget.gpus ?? 0),
  gpu_memory_bytes: sum(needs, (need) => need.gpu_memory_bytes ?? 0),
});

const sum = (needs: Needs, of: (need: Need) => number): number =>
  [...needs.values()].reduce((total, need) => total + of(need), 0);

/** @returns a sentence about the missing memory, or null if there is enough */
function lackOf(
  added: Needs,
  running: Needs,
  limit: number | null,
  of: (need: Need) => number,
  what: 'memory' | 'GPU memory',
): string | null {
  const [used, more] = [sum(running, of), sum(added, of)];
  // a service that needs no GPU memory fits even if the limit is already exceeded
  if (limit === null || used + more <= limit || (what === 'GPU memory' && more === 0)) return null;
  const free = Math.max(0, limit - used);
  const held = what === 'GPU memory' ? heldBy(running, (need) => of(need) > 0) : '';
  return `${mib(more)} of ${what} needed, ${mib(free)} of ${mib(limit)} free${held}`;
}

function lackOfCpus(added: Needs, running: Needs, limit: number | null): string | null {
  const [used, more] = [sum(running, (need) => need.cpus), sum(added, (need) => need.cpus)];
  // thousandths, since sums of decimal fractions are not exact
  if (limit === null || thousandths(used + more) <= thousandths(limit)) return null;
  const free = thousandths(Math.max(0, limit - used)) / 1000;
  return `${thousandths(more) / 1000} CPUs needed, ${free} of ${limit} free`;
}

const thousandths = (cpus: number): number => Math.round(cpus * 1000);

function lackOfGpus(added: Needs, running: Needs, limit: number | null): string | null {
  if (limit === null) return null;
  const usesGpu = (need: Need): boolean => gpusOf(new Map([['', need]]), limit) > 0;
  const [used, more] = [gpusOf(running, limit), gpusOf(added, limit)];
  if (more === 0) return null;
  const held = heldBy(running, usesGpu);
  const taken = idsOf(added).filter((id) => idsOf(running).includes(id));
  if (taken.length > 0) return `GPU ${taken.join(', ')} needed, which is not free${held}`;
  if (used + more <= limit) return null;
  const free = Math.max(0, limit - used);
  return `${more} ${more === 1 ? 'GPU' : 'GPUs'} needed, ${free} of ${limit} free${held}`;
}

/** The number of GPUs in use: one reserved by id counts once for all containers; `all` counts as the limit. */
function gpusOf(needs: Needs, limit: number): number {
  if ([...needs.values()].some(({ gpus }) => gpus === 'all')) return Math.max(1, limit);
  return sum(needs, ({ gpus = 0 }) => (gpus === 'all' ? 0 : gpus)) + idsOf(needs).length;
}

const idsOf = (needs: Needs): string[] => [
  ...new Set([...needs.values()].flatMap(({ gpu_ids = [] }) => gpu_ids)),
];

function heldBy(running: Needs, uses: (need: Need) => boolean): string {
  const names = [...running].filter(([, need]) => uses(need)).map(([name]) => name);
  return names.length === 0 ? '' : `; held by ${names.join(', ')}`;
}

import type { ComposeConfig, ComposeService, DeviceRequest } from '../../contracts/compose.ts';
import type { GpuNeed } from '../../contracts/service.ts';
import { bytesOf } from './compose-units.ts';

type StackBudget = NonNullable<ComposeConfig['x-vx11']>['budget'];

/**
 * The GPU budget that the stack sets for windows.
 * @throws Error that names the invalid setting
 */
export function gpuBudget(budget: StackBudget): {
  gpus: number | null;
  gpu_memory_bytes: number | null;
} {
  const { gpus } = budget ?? {};
  const count = gpus === undefined ? null : Number(gpus);
  // with 0, no window can use a GPU
  if (count !== null && !(Number.isInteger(count) && count >= 0))
    throw new Error(`x-vx11.budget.gpus: "${gpus}" is not a whole number of GPUs`);
  return {
    gpus: count,
    gpu_memory_bytes: bytesOf(budget?.gpu_memory, 'x-vx11.budget.gpu_memory'),
  };
}

/**
 * The GPUs that a service reserves with `gpus`, `deploy.resources.reservations.devices` or CDI devices.
 * @returns null if it reserves none and does not set `x-vx11.gpu_memory`
 */
export function gpuNeed(name: string, service: ComposeService): GpuNeed | null {
  const reserved = service.deploy?.resources?.reservations?.devices ?? [];
  const requests = [
    ...(service.gpus ?? []),
    ...reserved.filter(({ capabilities }) => capabilities?.includes('gpu') === true),
  ];
  const memory_bytes = bytesOf(service['x-vx11']?.gpu_memory, `services.${name}.x-vx11.gpu_memory`);
  if (requests.length === 0 && memory_bytes === null) return null;
  const ids = [...new Set(requests.flatMap(({ device_ids }) => device_ids ?? []))];
  const counts = requests.filter(({ device_ids }) => !device_ids?.length).map(countOf);
  const isAll = counts.includes('all') || ids.some((id) => /(^|=)all$/.test(id));
  const counted = counts.reduce<number>((sum, count) => sum + (count === 'all' ? 0 : count), 0);
  return { count: isAll ? 'all' : counted + ids.length, ids: isAll ? [] : ids, memory_bytes };
}

/** A request without a count reserves all GPUs. */
function countOf({ count = -1 }: DeviceRequest): number | 'all' {
  const asked = count === 'all' ? -1 : Number(count);
  return asked < 0 ? 'all' : asked;
}

import type { OperationOf, PatchOperation } from '../../../contracts/patch-operation.ts';
import { textOf } from '../shape/aspect.ts';
import { belowService, serviceOf, type Drafted, type Ground } from './ground.ts';
import { recreate } from './recreate.ts';

type Limits = OperationOf<'update_limits'>['limits'];
type Name = keyof Limits;

const names: Readonly<Record<string, Name>> = {
  mem_limit: 'Memory',
  mem_reservation: 'MemoryReservation',
  memswap_limit: 'MemorySwap',
  cpus: 'NanoCpus',
  cpu_shares: 'CpuShares',
  pids_limit: 'PidsLimit',
};

/** `docker update` sets a limit back without a restart; it cannot take one away. */
export function restoreLimit(ground: Ground): Drafted {
  const key = belowService(ground);
  const { expected } = ground.finding;
  const name = names[key];
  if (name === undefined || expected === null) return recreate(ground);
  const value = name === 'NanoCpus' ? Math.round(Number(expected) * 1e9) : Number(expected);
  const limits: Limits = { [name]: value };
  // the Engine wants both at once, and by itself makes the second twice the first
  if (name === 'Memory')
    limits.MemorySwap = Number(textOf(ground.declared['memswap_limit'])) || 2 * value;
  const service = serviceOf(ground);
  return ground.containers.map(({ Id: container, HostConfig }): PatchOperation => {
    const expect = Object.fromEntries(
      Object.keys(limits).map((one) => [one, Number(HostConfig[one] ?? 0)]),
    ) as Limits;
    return { op: 'update_limits', service, container, expect, limits };
  });
}

/** A window's container has no restart policy. */
export function removePolicy(ground: Ground): Drafted {
  const named = ground.finding.evidence['container'];
  const service = serviceOf(ground);
  const container = ground.containers.find(({ Name }) => Name === `/${named}`)?.Id;
  if (container === undefined) return { because: 'its container is gone' };
  const expect = ground.finding.actual ?? '';
  return [{ op: 'restart_policy', service, container, expect, policy: 'no' }];
}

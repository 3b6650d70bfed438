import type Docker from 'dockerode';
import type { OperationOf } from '../../contracts/patch-operation.ts';
import { Conflict } from './conflict.ts';
import type { Ask } from './network-acts.ts';

/** Sets limits without a restart: nothing if they are so already. @throws Conflict if they are others than it expects */
export async function updateLimits(
  ask: Ask,
  docker: Docker,
  { container, expect, limits, service }: OperationOf<'update_limits'>,
): Promise<void> {
  const found = await ask(`inspect the container of ${service}`, () =>
    docker.getContainer(container).inspect(),
  );
  const settings = found.HostConfig as unknown as Record<string, number | null | undefined>;
  const has = (wanted: typeof limits): boolean =>
    Object.entries(wanted).every(([key, value]) => (settings[key] ?? 0) === value);
  if (has(limits)) return;
  if (!has(expect)) throw new Conflict(`the limits of ${service} are others by now`);
  await ask('update', () => docker.getContainer(container).update(limits));
}

import Docker from 'dockerode';
import { removeGuard, removeLeftovers } from '../stack.ts';
import type { Errand } from './errand.ts';

/** Removes the guard and, from VX11's own stack, the services that sleep. Run it only when no window is open. */
export const clean: Errand<'clean'> = async ({ settings, stack }) => {
  const docker = new Docker({ socketPath: settings.dockerSocket });
  await removeGuard(docker, settings.home);
  if (settings.ownStack && stack) await removeLeftovers(docker, stack);
  return null;
};

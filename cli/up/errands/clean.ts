import Docker from 'dockerode';
import { removeGuard, removeLeftovers } from '../stack.ts';
import type { Errand } from './errand.ts';

/** Removes the guard, and of VX11's own stack what sleeps. Only to be run when no window is open. */
export const clean: Errand<'clean'> = async ({ settings, stack }) => {
  const docker = new Docker({ socketPath: settings.dockerSocket });
  await removeGuard(docker, settings.home);
  if (settings.ownStack && stack) await removeLeftovers(docker, stack);
  return null;
};

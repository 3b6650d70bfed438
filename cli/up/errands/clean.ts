import { engineAt } from '../../engine.ts';
import { removeGuard, removeLeftovers } from '../stack.ts';
import type { Errand } from './errand.ts';

/** Removes the guard, and of VX11's own stack what sleeps. Only to be run when no window is open. */
export const clean: Errand<'clean'> = async ({ settings, stack }) => {
  const engine = engineAt(settings.dockerSocket);
  await removeGuard(engine, settings.home);
  if (settings.ownStack && stack) await removeLeftovers(engine, stack);
  return null;
};

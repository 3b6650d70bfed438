import { engineAt } from '../engine.ts';
import { removeGuard, removeLeftovers } from '../stack.ts';
import type { Errand } from './errand.ts';

/** Removes the guard and, from VX11's own stack, the services that sleep. Run it only when no window is open. */
export const clean: Errand<'clean'> = async ({ settings, stack }) => {
  const engine = engineAt(settings.dockerSocket);
  await removeGuard(engine, settings.home);
  if (settings.ownStack && stack) await removeLeftovers(engine, stack);
  return null;
};

import { coreServices } from '../services/core-services.ts';
import type { PlanningContext } from './planning-context.ts';

/** Whether the service always runs: decided by its tier, or by its name if no catalog has it. */
export function isCore(name: string, context: PlanningContext): boolean {
  const known = context.services.filter((service) => service.name === name);
  if (known.length === 0) return (coreServices as readonly string[]).includes(name);
  return known.every(({ tier }) => tier !== 'window');
}

/** Every workflow that VX11's workers run. */
export { autonomousCycle } from './autonomous-cycle.ts';
export { discoverPrograms } from './programs/discover.ts';
export { runAnts } from './incidents/run-ants.ts';
export { keepWindow } from './keep-window.ts';
export { repair } from './repair/repair.ts';
export { runChecks } from './run-checks.ts';
export { runPlan } from './run-plan.ts';
export { scheduledChecks } from './scheduled-checks.ts';
export { endStrays, restartService } from './service-actions.ts';
export { spawnOnce } from './spawn-once.ts';

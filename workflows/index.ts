/** Every workflow that VX11's workers run. */
export { autonomousCycle } from './autonomous-cycle.ts';
export { audioBatch } from './audio/batch.ts';
export { audioJob } from './audio/job.ts';
export { auditDrift } from './drift/audit.ts';
export { discoverPrograms } from './programs/discover.ts';
export { runAnts } from './incidents/run-ants.ts';
export { keepWindow } from './keep-window.ts';
export { repair } from './repair/repair.ts';
export { keepModels } from './models/keep.ts';
export { pullModel } from './models/pull.ts';
export { searchModels } from './models/search.ts';
export { runChecks } from './checks/run-checks.ts';
export { runPlan } from './run-plan.ts';
export { scheduledChecks } from './checks/scheduled-checks.ts';
export { endStrays, restartService } from './service-actions.ts';
export { spawnOnce } from './spawn-once.ts';
export { windowSchedule } from './schedules/window-schedule.ts';

/** Every workflow that a worker of ours runs. */
export { autonomousCycle } from './autonomous-cycle.ts';
export { keepWindow } from './keep-window.ts';
export { endStrays, restartService } from './service-actions.ts';

/** Every workflow that a worker of ours runs. */
export { keepWindow } from './keep-window.ts';
export { endStrays, restartService } from './service-actions.ts';
export { spawnOnce } from './spawn-once.ts';

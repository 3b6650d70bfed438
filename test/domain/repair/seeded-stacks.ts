import { listening } from './a-capture.ts';

export const web = (settings: string, others = ''): string =>
  `services:\n  web:\n    image: web:1\n${settings}${others}`;
export const db = '  db:\n    image: postgres:16\n    healthcheck: { test: pg_isready }\n';
export const healthyDb = {
  container: { ...listening(5432), health: 'healthy', ready_after_ms: 900 },
};
export const unhealthy = (output: string, exit_code = 1) => ({
  health: 'unhealthy',
  health_log: [{ exit_code, output }],
});

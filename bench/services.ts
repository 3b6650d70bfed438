import type { StackOptions } from '../test/stack/stack.ts';

type Service = StackOptions['services'][string];

/** Costs nothing while it runs, and ends at once on SIGTERM. */
export const trivial: Service = {
  command: ['sh', '-c', "trap 'exit 0' TERM; sleep 86400 & wait"],
  mem_limit: '16m',
};

/** Without a network, which is half of what the Engine takes to start one: for measures that need many. */
export const bare: Service = { ...trivial, network_mode: 'none' };

/** Healthy as soon as it is asked, which the Engine does a second after its start. */
export const healthy: Service = {
  ...trivial,
  healthcheck: { test: ['CMD', 'true'], interval: '1s', timeout: '2s', retries: 3 },
};

/** Healthy 2 s after its start, as a service is that has something to load. */
export const booting: Service = {
  ...healthy,
  command: [
    'sh',
    '-c',
    "trap 'exit 0' TERM; rm -f /up; sleep 2 & wait; : > /up; sleep 86400 & wait",
  ],
  healthcheck: { test: ['CMD-SHELL', '[ -f /up ]'], interval: '1s', timeout: '2s', retries: 10 },
};

/** `prefix`-1 … `prefix`-n, all alike. */
export const several = (prefix: string, n: number, service: Service): StackOptions['services'] =>
  Object.fromEntries(Array.from({ length: n }, (_, index) => [`${prefix}-${index + 1}`, service]));

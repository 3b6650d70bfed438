import type { StackOptions } from '../test/stack/stack.ts';

type Service = StackOptions['services'][string];

/** Uses almost no CPU while it runs, and exits at once on SIGTERM. */
export const trivial: Service = {
  command: ['sh', '-c', "trap 'exit 0' TERM; sleep 86400 & wait"],
  mem_limit: '16m',
};

/** Without a network, which is half of the Engine's time for a start. For measures that need many starts. */
export const bare: Service = { ...trivial, network_mode: 'none' };

/** Healthy at the first check, which the Engine runs a second after the start. */
export const healthy: Service = {
  ...trivial,
  healthcheck: { test: ['CMD', 'true'], interval: '1s', timeout: '2s', retries: 3 },
};

/** Healthy 2 s after its start, like a service that loads something. */
export const booting: Service = {
  ...healthy,
  command: [
    'sh',
    '-c',
    "trap 'exit 0' TERM; rm -f /up; sleep 2 & wait; : > /up; sleep 86400 & wait",
  ],
  healthcheck: { test: ['CMD-SHELL', '[ -f /up ]'], interval: '1s', timeout: '2s', retries: 10 },
};

/** Returns identical services named `prefix`-1 … `prefix`-n. */
export const several = (prefix: string, n: number, service: Service): StackOptions['services'] =>
  Object.fromEntries(Array.from({ length: n }, (_, index) => [`${prefix}-${index + 1}`, service]));

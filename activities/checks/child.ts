import { fork, type ChildProcess } from 'node:child_process';

/**
 * Starts a program that talks to what is checked, so that no answer can hurt madre. It gets none of madre's settings, and
 * ends with its parent's channel.
 * @param heapMb the most of its heap, in MB
 */
export const startChild = (program: string, heapMb: number): ChildProcess =>
  fork(program, {
    execArgv: [`--max-old-space-size=${heapMb}`, '--disable-warning=ExperimentalWarning'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'] ?? '',
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });

/**
 * Runs only a spawner's sandboxes, as a process that a test can kill. Arguments: the owner, the Engine's socket and the
 * Python code to run. Prints `ready` when a sandbox is ready, `running` when the task runs, and the result at its end.
 */
import { pino } from 'pino';
import { createSandboxes } from '../../activities/sandbox/create-sandboxes.ts';
import { image } from './image.ts';
import { limits, noEgress } from './fixture.ts';

const [owner = '', socketPath = '', code = ''] = process.argv.slice(2);
const { memory_mb, cpus, pids, disk_mb } = limits;
const shape = { memory_mb, cpus, pids, disk_mb: disk_mb * 2, egress: false };
const sandboxes = createSandboxes({
  socketPath,
  image,
  runtime: null,
  egress: noEgress,
  owner,
  pool: [{ shape, bounds: { min: 1, max: 1 } }],
  log: pino({ level: 'fatal' }),
});
await sandboxes.pool.filled();
console.log('ready');
const result = await sandboxes.run(
  {
    spawn_id: 'spawn-lone',
    attempt: 1,
    correlation_id: 'test',
    program: { kind: 'python', code, args: [] },
    stdin: '',
    env: {},
    files: [],
    limits: { ...limits, timeout_ms: 120_000 },
    egress: null,
  },
  {
    onState: (state) => console.log(state),
    onOutput: () => undefined,
    artifacts: { open: () => Promise.reject(new Error('nothing is left')) },
  },
  new AbortController().signal,
);
console.log(JSON.stringify({ outcome: result.outcome, cause: result.cause }));
await sandboxes.close();
process.exit();

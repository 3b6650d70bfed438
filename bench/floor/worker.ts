/** The worker of emptyWindow in a separate process, as madre is for windows: `node worker.ts ADDRESS QUEUE`. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { installTemporalRuntime } from '../../workers/temporal/runtime.ts';
import type { FloorActivities } from './workflow.ts';

const [address = '', queue = ''] = process.argv.slice(2);
await installTemporalRuntime(pino({ level: 'warn' }));
const workflowsPath = fileURLToPath(new URL('workflow.ts', import.meta.url));
const ignore = (): void => undefined;
const logger = {
  log: ignore,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
};
const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
const connection = await NativeConnection.connect({ address });
const activities: FloorActivities = { nothing: async () => undefined };
const workers = [
  await Worker.create({ connection, taskQueue: queue, workflowBundle }),
  await Worker.create({
    connection,
    taskQueue: `${queue}-activities`,
    activities: { ...activities },
  }),
];
const stop = (): void => {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
const running = workers.map((worker) => worker.run());
console.log('ready');
await Promise.all(running);
process.exit(0);

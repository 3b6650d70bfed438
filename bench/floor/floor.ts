import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import { testProgram } from '../../test/stack/program.ts';
import { until } from '../../test/stack/wait.ts';
import type { Environment } from '../environment.ts';
import { timed } from '../sample.ts';
import {
  close,
  end,
  nudge,
  opened,
  type empty,
  type emptyWindow,
  type waiting,
} from './workflow.ts';

/** The least time that a window takes on this Temporal: the same messages and hops, without any work. */
export interface Floor {
  /** Times an update-with-start and one empty activity, in ms; `close` closes it and returns that time, in ms. */
  open(): Promise<{ openMs: number; close(): Promise<number> }>;
  /** Times an empty workflow from start to result, in ms. */
  run(): Promise<number>;
  /** Times updates that do nothing on a waiting workflow, each in ms. */
  updates(count: number): Promise<number[]>;
}

export async function startFloor(environment: Environment): Promise<Floor> {
  const queue = `floor-${randomBytes(4).toString('hex')}`;
  const { address } = environment.temporal;
  const worker = testProgram(
    process.execPath,
    ['bench/floor/worker.ts', address, queue],
    {},
    join(environment.folder, `${queue}.log`),
  );
  worker.start();
  environment.atEnd(() => worker.stop());
  const connection = await Connection.connect({ address });
  environment.atEnd(() => connection.close());
  const client = new Client({ connection });
  await until('the empty windows have a worker', () => worker.log().includes('ready'), 60_000);
  return {
    async run() {
      const workflowId = `${queue}-${randomBytes(8).toString('hex')}`;
      const options = { workflowId, taskQueue: queue };
      return (await timed(() => client.workflow.execute<typeof empty>('empty', options)))[0];
    },
    async updates(count) {
      const workflowId = `${queue}-${randomBytes(8).toString('hex')}`;
      const options = { workflowId, taskQueue: queue };
      const handle = await client.workflow.start<typeof waiting>('waiting', options);
      const took: number[] = [];
      for (let n = 0; n < count; n += 1)
        took.push((await timed(() => handle.executeUpdate(nudge)))[0]);
      await handle.executeUpdate(end);
      return took;
    },
    async open() {
      const workflowId = `${queue}-${randomBytes(8).toString('hex')}`;
      const startWorkflowOperation = new WithStartWorkflowOperation<typeof emptyWindow>(
        'emptyWindow',
        {
          workflowId,
          taskQueue: queue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          args: [`${queue}-activities`],
        },
      );
      const open = () => client.workflow.executeUpdateWithStart(opened, { startWorkflowOperation });
      const [openMs] = await timed(open);
      const handle = client.workflow.getHandle(workflowId);
      return {
        openMs,
        close: async () => (await timed(() => handle.executeUpdate(close)))[0],
      };
    },
  };
}

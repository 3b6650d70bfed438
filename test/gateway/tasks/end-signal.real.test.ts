import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newId, taskWorkflowId } from '../../../contracts/ids.ts';
import { connectTemporal, type TemporalPort } from '../../../gateway/temporal/port.ts';
import { WorkflowGone } from '../../../gateway/temporal/not-taken.ts';

const message = { reason: 'cancelled', by: 'ada' } as const;
const call = { limitMs: 5000 };

let connection: Connection;
let client: Client;
let temporal: TemporalPort;
beforeAll(async () => {
  const address = inject('temporalAddress');
  connection = await Connection.connect({ address });
  client = new Client({ connection });
  temporal = connectTemporal(address, 'default');
});
afterAll(async () => {
  await temporal?.close();
  await connection?.close();
});

test('a task that is signalled to end a hundred times gets one signal, and its history does not grow', async () => {
  const id = newId('spawn');
  const handle = await client.workflow.start('spawnOnce', {
    workflowId: taskWorkflowId(id),
    taskQueue: `nobody-${id}`, // no worker is needed
    args: [],
  });
  try {
    for (let n = 0; n < 100; n += 1) await temporal.endSpawn(id, message, call);
    const { events } = await handle.fetchHistory();
    const signals = (events ?? []).flatMap(
      ({ workflowExecutionSignaledEventAttributes: signal }) => signal ?? [],
    );
    expect(signals).toHaveLength(1);
    expect(signals[0]?.signalName).toBe('endSpawn');
    const data = signals[0]?.input?.payloads?.[0]?.data;
    expect(JSON.parse(Buffer.from(data ?? '').toString())).toEqual(message);
  } finally {
    await handle.terminate('the test is over');
  }
});

test('ending an unknown task throws WorkflowGone', async () => {
  const ending = temporal.endSpawn(newId('spawn'), message, call);
  await expect(ending).rejects.toBeInstanceOf(WorkflowGone);
});

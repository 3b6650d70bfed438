import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CallFault } from '../workers.ts';
import { startBatchWorkflows, type BatchSetup, type BatchWorkflowBench } from './batch-bench.ts';

let bench: BatchWorkflowBench;
beforeAll(async () => void (bench = await startBatchWorkflows(inject('temporalAddress'))));
afterAll(() => bench?.stop());

/** Runs a batch to its end. */
async function run(setup: BatchSetup) {
  const fake = await bench.start(setup);
  await fake.handle.result();
  return fake;
}

test('a file that fails does so alone, and every job has the priority of its batch', async () => {
  const files = ['1.wav', '2.wav', 'bad', '4.wav', '5.wav', '6.wav'];
  const { batch, priorities } = await run({ files, priority: 2 });
  expect(batch).toMatchObject({ status: 'completed', processed_files: 6, failed_files: 1 });
  expect(batch.files[2]).toMatchObject({
    status: 'failed',
    cause: 'not_audio',
    detail: 'no sound',
  });
  expect(new Set(priorities)).toEqual(new Set([1]));
});

test('a batch that is cancelled ends its jobs, and begins no others', async () => {
  const files = ['slow', 'slow', '3.wav', 'slow', '5.wav', '6.wav', '7.wav', '8.wav', '9.wav'];
  const { batch } = await run({ files });
  expect(batch).toMatchObject({ status: 'cancelled', processed_files: 9, failed_files: 0 });
  expect(batch.files.filter(({ job_id }) => job_id === null).length).toBeGreaterThanOrEqual(3);
  for (const nth of [0, 1, 3])
    expect(batch.files[nth]).toMatchObject({ status: 'cancelled', detail: 'ana cancelled it.' });
});

// with one file: its beginning, ten calls of its job, its end, and that of the batch
const faults = [0, 1, 11, 12].flatMap((nth) =>
  (['before', 'after'] as const).map((when): [string, CallFault] => [
    `${nth} ${when} it acts`,
    { nth, when },
  ]),
);
test.concurrent.each(faults)('a call that fails, number %s, is made again', async (_, fault) => {
  const { batch } = await run({ fault });
  expect(batch).toMatchObject({ status: 'completed', processed_files: 1, failed_files: 0 });
});

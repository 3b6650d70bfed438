import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { keptHistories, type KeptHistory } from './histories.ts';
import { stories } from './stories/stories.ts';
import { testBundle } from './temporal-bench.ts';

let workflowBundle: { codePath: string };
beforeAll(async () => void (workflowBundle = await testBundle()), 60_000);

const histories = await keptHistories();

/** Replays these histories with the current workflows. @returns the errors, by workflow id */
async function replay(kept: Iterable<KeptHistory>): Promise<Map<string, Error | undefined>> {
  const runs = [...kept].map(({ workflow_id, history }) => ({ workflowId: workflow_id, history }));
  const results = new Map<string, Error | undefined>();
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, runs)) {
    results.set(workflowId, error);
  }
  return results;
}

test('windows, plans and tasks that are live during an upgrade continue: every recorded history replays', async () => {
  const results = await replay(histories.values());
  const outcomes = [...histories].map(([title, { workflow_id }]) => [
    title,
    results.get(workflow_id),
  ]);
  expect(outcomes).toEqual([...histories.keys()].map((title) => [title, undefined]));
  const titles = new Set([...histories.keys()].map((title) => title.split('/')[1]));
  for (const title of Object.keys(stories)) expect(titles).toContain(title);
});

test('a history of a different workflow is detected', async () => {
  const { workflow_id, history } = histories.get('0.1.0/open-expire')!;
  const text = JSON.stringify(history).replaceAll('"closeServices"', '"endServices"');
  const other = JSON.parse(text) as KeptHistory['history'];
  const results = await replay([{ workflow_id, history: other }]);
  expect(results.get(workflow_id)).toBeInstanceOf(DeterminismViolationError);
});

test('no recorded history names the machine where it was recorded', () => {
  const text = JSON.stringify([...histories.values()]);
  expect(text).not.toMatch(/file:\/\/|\/home\/|\/work\/|node_modules/);
});

import { describe, expect, test } from 'vitest';
import { taskCause, taskState, type TaskCause, type TaskState } from '../../../contracts/task.ts';
import {
  attemptMs,
  beforeOther,
  commandTask,
  endedWithout,
  finished,
  hasTaskEnded,
  mayRetry,
  requeued,
  retryPauseMs,
  running,
  taskStatusOf,
} from '../../../domain/tasks/task.ts';
import { noon } from '../samples.ts';
import { aTask } from './samples.ts';

test.each<[TaskState, number | null, string]>([
  ['queued', null, 'QUEUED'],
  ['running', null, 'RUNNING'],
  ['completed', 0, 'DONE'],
  ['completed', 1, 'ERROR'],
  ['failed', 1, 'ERROR'],
  ['timeout', 0, 'ERROR'],
  ['killed', null, 'ERROR'],
  ['cancelled', null, 'ERROR'],
  ['lost', null, 'ERROR'],
])('%s with exit code %s is %s', (state, exit, status) => {
  expect(taskStatusOf(state, exit)).toBe(status);
});

test('every state except queued and running is final', () => {
  const ends = taskState.options.filter(hasTaskEnded);
  expect(ends).toEqual(['completed', 'failed', 'timeout', 'killed', 'cancelled', 'lost']);
});

describe('another attempt', () => {
  const { view } = aTask({ max_retries: 2 });
  const ended = { attempt: 1, state: 'failed', exit_code: 1, cause: 'exit' } as const;

  test.each<[TaskCause, boolean]>([
    ['exit', true],
    ['signal', true],
    ['out_of_memory', true],
    ['cpu_time', true],
    ['wall_time', true],
    ['too_many_processes', true],
    ['disk_full', true],
    ['output_limit', true],
    ['sandbox_lost', true],
    ['cancelled', false],
    ['window_closed', false],
    ['image_missing', false],
    ['runtime_missing', false],
    ['limits_missing', false],
  ])('after %s: %s', (cause, retry) => {
    expect(mayRetry(view, { ...ended, cause }, noon).retry).toBe(retry);
  });

  test('is decided for every cause', () => expect(taskCause.options).toHaveLength(14));

  test('is made at most max_retries times', () => {
    const retries = [1, 2, 3, 4].map(
      (attempt) => mayRetry(view, { ...ended, attempt }, noon).retry,
    );
    expect(retries).toEqual([true, true, false, false]);
    expect(mayRetry({ ...view, max_retries: 0 }, ended, noon)).toMatchObject({ retry: false });
  });

  test('is not made after success, nor if its pause would exceed the task’s time', () => {
    const done = { ...ended, state: 'completed', exit_code: 0 } as const;
    expect(mayRetry(view, done, noon).retry).toBe(false);
    const last = Date.parse(view.expires_at);
    expect(mayRetry(view, ended, last - 1).retry).toBe(true);
    expect(mayRetry(view, ended, last).retry).toBe(false);
    expect(mayRetry(view, { ...ended, attempt: 2 }, last - 999).retry).toBe(false);
  });

  test('waits longer each time, at most 30 s', () => {
    expect([1, 2, 3, 4, 11].map(retryPauseMs)).toEqual([0, 1000, 2000, 4000, 30_000]);
  });
});

test('an attempt runs up to its own timeout, and never past the end of its task', () => {
  expect(attemptMs(5000, noon + 60_000, noon)).toBe(5000);
  expect(attemptMs(90_000, noon + 60_000, noon)).toBe(60_000);
  expect(attemptMs(null, noon + 60_000, noon)).toBe(60_000);
  expect(attemptMs(null, noon - 1, noon)).toBe(1);
});

test('a task keeps the start of its first attempt, and the end of its last', () => {
  const { view } = aTask({ max_retries: 1 });
  const first = running(view, 1, noon + 10);
  expect(first).toMatchObject({ status: 'RUNNING', mutation_level: 0 });
  const again = running(requeued(first), 2, noon + 20);
  expect(again).toMatchObject({ mutation_level: 1, started_at: first.started_at });
  const end = endedWithout('lost', 'sandbox_lost', 'gone');
  const over = finished(again, { end, artifacts: [], refused: [] }, noon + 30);
  expect(over).toMatchObject({ status: 'ERROR', state: 'lost', error: 'sandbox_lost' });
  expect(over.finished_at).toBe(new Date(noon + 30).toISOString());
});

test('the queue time of a POST /spawn command is added to its timeout', () => {
  const wish = { ...aTask().view };
  const { view, spec } = commandTask({ name: 'n', command: 'ls' }, wish, noon);
  expect(spec).toMatchObject({ timeout_ms: 300_000, memory_mb: 512 });
  expect(view.ttl_seconds).toBe(600);
});

test('a higher priority starts first; within one priority, the older task', () => {
  const queue = [
    { priority: 'P2', created_at: 1 },
    { priority: 'P1', created_at: 3 },
    { priority: 'P1', created_at: 2 },
    { priority: 'P0', created_at: 4 },
  ] as const;
  expect(queue.toSorted(beforeOther).map(({ created_at }) => created_at)).toEqual([4, 2, 3, 1]);
});

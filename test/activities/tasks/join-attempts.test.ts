import { expect, test } from 'vitest';
import { joinAttempts } from '../../../activities/tasks/join-attempts.ts';
import type { TaskReport } from '../../../activities/tasks/task-activities.ts';

const done: TaskReport = { state: 'completed', ended: true, pause_ms: 0 };
const never = new AbortController().signal;

function fixture() {
  const began: string[] = [];
  const ended: string[] = [];
  const open: ((report: TaskReport) => void)[] = [];
  const attempts = joinAttempts(async ({ spawn_id, attempt }, signal) => {
    began.push(`${spawn_id} ${attempt}`);
    signal.addEventListener('abort', () => ended.push(String(signal.reason)));
    return new Promise((resolve) => open.push(resolve));
  });
  return { attempts, run: attempts.run, began, ended, open };
}

test('a repeated call for a running attempt gets its report, and is counted as joined', async () => {
  const { attempts, run, began, open } = fixture();
  const first = run({ spawn_id: 'a', attempt: 1 }, never);
  const again = run({ spawn_id: 'a', attempt: 1 }, never);
  expect(began).toEqual(['a 1']);
  expect(attempts.joined).toBe(1);
  open[0]!(done);
  expect(await Promise.all([first, again])).toEqual([done, done]);
  expect(attempts.joined).toBe(0);
});

test('other attempts, other tasks and later calls run on their own', async () => {
  const { run, began, open } = fixture();
  for (const input of [
    { spawn_id: 'a', attempt: 1 },
    { spawn_id: 'a', attempt: 2 },
    { spawn_id: 'b', attempt: 1 },
  ])
    void run(input, never);
  open[0]!(done);
  await new Promise((resolve) => setImmediate(resolve));
  void run({ spawn_id: 'a', attempt: 1 }, never);
  expect(began).toEqual(['a 1', 'a 2', 'b 1', 'a 1']);
});

test('any joined call can end the attempt, but not one that has returned', async () => {
  const { run, ended, open } = fixture();
  const given = new AbortController();
  const [first, second] = [
    run({ spawn_id: 'a', attempt: 1 }, never),
    run({ spawn_id: 'a', attempt: 1 }, given.signal),
  ];
  given.abort('cancelled');
  expect(ended).toEqual(['cancelled']);
  open[0]!(done);
  await Promise.all([first, second]);
});

import { describe, expect, test } from 'vitest';
import { causeOfDeath, type DeathFacts } from '../../../domain/tasks/cause-of-death.ts';

const limits = {
  memory_mb: 256,
  pids: 64,
  disk_mb: 16,
  timeout_ms: 5000,
  cpu_seconds: 2,
  output_bytes: 1000,
};
const ended: DeathFacts = {
  reason: '-',
  exit_code: 0,
  signal: null,
  ran_ms: 100,
  cpu_ms: 50,
  memory_peak: 10 * 2 ** 20,
  oom_kills: 0,
  forks_refused: 0,
  processes_peak: 2,
  output_bytes: 10,
  disk_peak: 2 ** 20,
  disk_full: false,
  inodes_full: false,
  too_much_left: false,
  setup_error: 0,
};
const killed = { exit_code: null, signal: 'SIGKILL' };
const failed = { exit_code: 1 };

describe('the cause of death', () => {
  test.each<[string, Partial<DeathFacts>, string, string]>([
    ['exit code 0', {}, 'completed', 'exit'],
    ['an exit code', failed, 'failed', 'exit'],
    ['a signal', { exit_code: null, signal: 'SIGSEGV' }, 'failed', 'signal'],
    ['a kill for memory', { ...killed, oom_kills: 1 }, 'killed', 'out_of_memory'],
    ['a child killed for memory, then exit 0', { oom_kills: 1 }, 'killed', 'out_of_memory'],
    [
      'a SIGKILL where OOM kills are not counted',
      { ...killed, oom_kills: null },
      'failed',
      'signal',
    ],
    ['the wall time', { ...killed, reason: 'wall_time' }, 'timeout', 'wall_time'],
    [
      'the wall time, with exit code 0 in the grace period',
      { reason: 'wall_time' },
      'timeout',
      'wall_time',
    ],
    ['the CPU time', { ...killed, reason: 'cpu_time' }, 'killed', 'cpu_time'],
    ['its own CPU limit', { exit_code: null, signal: 'SIGXCPU' }, 'killed', 'cpu_time'],
    ['a refused fork', { ...failed, forks_refused: 1 }, 'killed', 'too_many_processes'],
    ['refused forks and exit code 0', { forks_refused: 5 }, 'completed', 'exit'],
    [
      'more processes than the limit, observed by a check',
      { ...failed, forks_refused: null, processes_peak: 65 },
      'killed',
      'too_many_processes',
    ],
    ['as many processes as the limit', { ...failed, processes_peak: 64 }, 'failed', 'exit'],
    ['a full disk', { ...failed, disk_full: true }, 'killed', 'disk_full'],
    ['no free inode', { ...failed, inodes_full: true }, 'killed', 'disk_full'],
    ['a full disk and exit code 0', { disk_full: true }, 'completed', 'exit'],
    ['too large a file', { exit_code: null, signal: 'SIGXFSZ' }, 'killed', 'disk_full'],
    [
      'task files that do not fit on the disk',
      { exit_code: null, setup_error: 28 },
      'killed',
      'disk_full',
    ],
    [
      'task files that cannot be written',
      { exit_code: null, setup_error: 13 },
      'lost',
      'sandbox_lost',
    ],
    ['too much output', { ...killed, reason: 'output_limit' }, 'killed', 'output_limit'],
    ['too much in /task/out', { too_much_left: true }, 'killed', 'output_limit'],
    ['a cancellation', { ...killed, reason: 'cancelled' }, 'cancelled', 'cancelled'],
    ['a closed window', { ...killed, reason: 'window_closed' }, 'killed', 'window_closed'],
    [
      'the wall time first, an OOM kill later',
      { ...killed, reason: 'wall_time', oom_kills: 1 },
      'timeout',
      'wall_time',
    ],
  ])('%s', (_, facts, outcome, cause) => {
    expect(causeOfDeath({ ...ended, ...facts }, limits)).toMatchObject({ outcome, cause });
  });
});

test('SIGXCPU is an ordinary signal if the task has no CPU limit', () => {
  const facts = { ...ended, exit_code: null, signal: 'SIGXCPU' };
  const verdict = causeOfDeath(facts, { ...limits, cpu_seconds: null });
  expect(verdict).toEqual({ outcome: 'failed', cause: 'signal', limit: null });
});

describe('the exceeded limit', () => {
  test.each<[Partial<DeathFacts>, object | null]>([
    [{}, null],
    [failed, null],
    [
      { oom_kills: 1, memory_peak: 256 * 2 ** 20 },
      { name: 'memory_mb', limit: 256, peak: 256 },
    ],
    [
      { oom_kills: 1, memory_peak: null },
      { name: 'memory_mb', limit: 256, peak: null },
    ],
    [
      { reason: 'cpu_time', cpu_ms: 2100 },
      { name: 'cpu_seconds', limit: 2, peak: 2.1 },
    ],
    [
      { reason: 'wall_time', ran_ms: 5003 },
      { name: 'timeout_ms', limit: 5000, peak: 5003 },
    ],
    [{ reason: 'too_many_processes' }, { name: 'pids', limit: 64, peak: 64 }],
    [
      { ...failed, disk_full: true, disk_peak: 16 * 2 ** 20 },
      { name: 'disk_mb', limit: 16, peak: 16 },
    ],
    [
      { reason: 'output_limit', output_bytes: 1024 },
      { name: 'output_bytes', limit: 1000, peak: 1024 },
    ],
    [{ too_much_left: true }, { name: 'disk_mb', limit: 16, peak: 1 }],
  ])('for %j is %j', (facts, limit) => {
    expect(causeOfDeath({ ...ended, ...facts }, limits).limit).toEqual(limit);
  });
});

import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createSandboxes, readyBytes } from '../../../activities/sandbox/create-sandboxes.ts';
import { frame } from '../../../activities/sandbox/frames.ts';
import type { SandboxJob } from '../../../activities/sandbox/sandbox.ts';
import { label } from '../../../activities/sandbox/template.ts';
import { until } from '../../stack/wait.ts';
import { startFakeEngine, type FakeEngine } from './fake-engine.ts';
import { engineFrame, lastWord } from './said.ts';

const job: SandboxJob = {
  spawn_id: 'spawn-1',
  attempt: 1,
  correlation_id: 'c',
  program: { kind: 'shell', code: 'sleep 60', args: [] },
  stdin: '',
  env: {},
  files: [],
  limits: {
    memory_mb: 16,
    cpus: 1,
    pids: 1,
    disk_mb: 1,
    timeout_ms: 60_000,
    grace_ms: 60_000,
    cpu_seconds: null,
    output_bytes: 1,
  },
  egress: null,
};
const sinks = {
  onState: () => undefined,
  onOutput: () => undefined,
  artifacts: { open: () => Promise.reject(new Error('nothing is left')) },
};

const sandboxesOn = (engine: FakeEngine) =>
  createSandboxes({
    socketPath: engine.socketPath,
    image: 'image',
    runtime: null,
    owner: 'vx11t',
    pool: [],
    egress: { allowed: [], privateAddresses: false },
    log: pino({ level: 'silent' }),
  });

/** Runs a task that is cancelled during this call to the Engine. @returns the calls made */
async function endedDuring(during: string): Promise<string[]> {
  const end = new AbortController();
  const engine = await startFakeEngine((call) => {
    if (call === during) end.abort('cancelled');
  }, Buffer.alloc(0));
  const sandboxes = sandboxesOn(engine);
  const result = await sandboxes.run(job, sinks, end.signal);
  expect(result).toMatchObject({ outcome: 'cancelled', cause: 'cancelled', exit_code: null });
  const calls = [...engine.calls];
  await sandboxes.close();
  expect(engine.calls.at(-1)).toBe('DELETE /containers/one');
  expect(sandboxes.memoryInUse()).toBe(0);
  await engine.close();
  return calls;
}

test('a task that is cancelled while its sandbox starts is killed with it', async () => {
  const calls = await endedDuring('POST /containers/one/start');
  expect(calls).toContain('DELETE /containers/one');
});

test('a task that is cancelled before that is not started', async () => {
  const calls = await endedDuring('POST /containers/create');
  expect(calls).not.toContain('POST /containers/one/start');
});

test('an Engine that would ignore the limits of a sandbox gets none', async () => {
  const info = { MemoryLimit: false, PidsLimit: false };
  const engine = await startFakeEngine(() => undefined, Buffer.alloc(0), info);
  const sandboxes = sandboxesOn(engine);
  const result = await sandboxes.run(job, sinks, new AbortController().signal);
  expect(result).toMatchObject({ outcome: 'failed', cause: 'limits_missing', exit_code: null });
  expect(result.detail).toContain('docs/install.md');
  await sandboxes.close();
  expect(engine.calls).not.toContain('POST /containers/create');
  await engine.close();
});

test('a sandbox is not an orphan while its task may still be followed', async () => {
  const said = Buffer.concat([...frame('S'), ...frame('X', lastWord())]);
  const engine = await startFakeEngine(() => undefined, engineFrame(1, said));
  const sandboxes = sandboxesOn(engine);
  const before = Date.now();
  await sandboxes.run(job, sinks, new AbortController().signal);
  await sandboxes.close();
  await engine.close();
  const { timeout_ms, grace_ms } = job.limits;
  const startsLate = 50_000; // each call to the Engine takes its full timeout
  const slowSink = 60_000;
  const leaseMs = Number(engine.made[0]?.Labels[label.deadline]) - before;
  expect(leaseMs).toBeGreaterThan(startsLate + timeout_ms + grace_ms + slowSink);
});

test('the sandbox of a dead task waits for its scheduled removal, and its memory counts until then', async () => {
  const said = Buffer.concat([...frame('S'), ...frame('X', lastWord())]);
  const engine = await startFakeEngine(() => undefined, engineFrame(1, said));
  const sandboxes = sandboxesOn(engine);
  const limits = { ...job.limits, memory_mb: 256 };
  const result = await sandboxes.run({ ...job, limits }, sinks, new AbortController().signal);
  expect(result).toMatchObject({ outcome: 'completed', exit_code: 0 });
  expect(sandboxes.memoryInUse()).toBe(readyBytes);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const { calls } = engine;
  expect(calls.includes('hang up')).toBe(calls.includes('DELETE /containers/one'));
  await sandboxes.close();
  await until('both are done', () => calls.length > 4);
  expect(calls.slice(3).toSorted()).toEqual(['DELETE /containers/one', 'hang up']);
  expect(sandboxes.memoryInUse()).toBe(0);
  await engine.close();
});

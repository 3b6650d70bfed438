import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { followAttempt } from '../../../activities/sandbox/attempt.ts';
import type { Frame } from '../../../activities/sandbox/frames.ts';
import type { AttemptSinks, SandboxJob } from '../../../activities/sandbox/sandbox.ts';
import { lastWord } from './said.ts';

const limits = { disk_mb: 16, timeout_ms: 50, grace_ms: 50 };
const job = { limits } as SandboxJob;

/** Follows the frames of a harness, with a sink that takes the given time for each piece of output. */
async function follow(said: [kind: string, text: string][], sinkMs: number) {
  async function* frames(): AsyncGenerator<Frame> {
    for (const [kind, text] of said) yield { kind: kind.charCodeAt(0), payload: Buffer.from(text) };
  }
  const sinks: AttemptSinks = {
    onState: () => undefined,
    onOutput: () => sleep(sinkMs),
    artifacts: { open: () => Promise.reject(new Error('nothing is left')) },
  };
  let killed = false;
  const kill = (): void => void (killed = true);
  const container = { frames: frames(), send: () => undefined } as never;
  const signal = new AbortController().signal;
  const seen = await followAttempt(container, job, sinks, signal, { kill, proxy: null });
  return { seen, killed };
}

test('a sink that is slower than the task’s time delays its result, and does not change it', async () => {
  const { seen, killed } = await follow(
    [
      ['S', ''],
      ['o', 'a'],
      ['o', 'b'],
      ['X', lastWord()],
    ],
    2300,
  );
  expect(seen).toMatchObject({ ended: null, fault: null, facts: { reason: '-', exit_code: 0 } });
  expect(killed).toBe(false);
});

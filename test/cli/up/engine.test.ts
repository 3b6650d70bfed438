import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { examine } from '../../../cli/doctor/finding.ts';
import { guardCheck } from '../../../cli/doctor/guard.ts';
import { removeGuard } from '../../../cli/up/stack.ts';
import { engineAt } from '../../../cli/up/engine.ts';
import type { UpSettings } from '../../../cli/up/settings.ts';

/** An Engine that takes calls and never answers. */
async function silentEngine(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-silent-'));
  const socket = join(folder, 'engine.sock');
  const server = createServer().listen(socket);
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return socket;
}

test.each<[string, (socket: string) => Promise<unknown>]>([
  ['the removal of the guard', (socket) => removeGuard(engineAt(socket), '/home')],
  [
    'a look at the guard',
    (socket) => guardCheck({ dockerSocket: socket, home: '/home' } as UpSettings).run(),
  ],
])('%s gives up on an Engine that never answers, and says what it asked for', async (_, ask) => {
  const socket = await silentEngine();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const asked = ask(socket).then(
      () => 'answered',
      ({ message }: Error) => message,
    );
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await asked).toMatch(/took longer than 10000 ms/);
  } finally {
    vi.useRealTimers();
  }
});

test('a check that never ends is a failure with what to do about it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const run = (): Promise<never> => new Promise(() => undefined);
    const found = examine([{ name: 'engine', fix: 'start it', run }]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await found).toMatchObject([{ name: 'engine', state: 'fail', fix: 'start it' }]);
  } finally {
    vi.useRealTimers();
  }
});

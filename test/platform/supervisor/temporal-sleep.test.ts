import { EventEmitter } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import type { FromSupervisor } from '../../../platform/supervisor/messages.ts';
import {
  neverAsleep,
  NotWoken,
  temporalSleep,
} from '../../../platform/supervisor/temporal-sleep.ts';

afterEach(() => void vi.useRealTimers());

/** A process with a supervisor that keeps what it hears. */
function supervised(state: string) {
  const heard: Record<string, unknown>[] = [];
  const process = Object.assign(new EventEmitter(), {
    connected: true,
    env: { VX11_TEMPORAL_STATE: state },
    send: (message: Record<string, unknown>) => heard.push(message) > 0,
  });
  const say = (message: FromSupervisor) => process.emit('message', message);
  return { sleep: temporalSleep(process as never), heard, say };
}

test('without a supervisor that puts it to sleep, Temporal never sleeps', async () => {
  const alone = Object.assign(new EventEmitter(), { connected: undefined, env: {} });
  const sleep = temporalSleep(alone as never);
  expect(sleep).toBe(neverAsleep);
  await sleep.wake();
});

test('a message waits until the supervisor says that Temporal accepts connections', async () => {
  const { sleep, heard, say } = supervised('asleep 600000');
  expect([sleep.isAsleep(), sleep.afterMs]).toEqual([true, 600_000]);
  let woken = 0;
  const [first, second] = [sleep.wake(), sleep.wake()];
  for (const one of [first, second]) void one.then(() => (woken += 1));
  expect(heard).toEqual([
    { temporal: 'needed', id: 1 },
    { temporal: 'needed', id: 2 },
  ]);
  say({ temporal: 'answer', id: 2, up: true });
  await second;
  expect(woken).toBe(1);
  say({ temporal: 'answer', id: 1, up: true });
  await first;
});

test.each([
  ['an answer that it does not', () => true],
  ['no answer in 12 s', () => false],
])('%s fails the message', async (_, answers) => {
  vi.useFakeTimers();
  const { sleep, say } = supervised('asleep 600000');
  const woken = sleep.wake().catch((error: unknown) => error);
  if (answers()) say({ temporal: 'answer', id: 1, up: false });
  else await vi.advanceTimersByTimeAsync(12_000);
  expect(await woken).toBeInstanceOf(NotWoken);
});

test('it sleeps from the moment that the supervisor says so until Temporal accepts connections', () => {
  const { sleep, say } = supervised('awake 5000');
  const seen: [string, boolean][] = [];
  sleep.onChange((now) => void seen.push([now, sleep.isAsleep()]));
  for (const temporal of ['asleep', 'waking', 'awake'] as const) say({ temporal });
  expect(seen).toEqual([
    ['asleep', true],
    ['waking', true],
    ['awake', false],
  ]);
});

test('one that never sleeps is asked for nothing before a message, and is reported when it answers nothing', async () => {
  const { sleep, heard } = supervised('awake never');
  expect([sleep.isAsleep(), sleep.afterMs]).toEqual([false, null]);
  await sleep.wake();
  expect(heard).toEqual([]);
  sleep.unwell();
  expect(heard).toEqual([{ temporal: 'unwell' }]);
});

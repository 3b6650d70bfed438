import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createObservations } from '../../../../activities/power/host/observations.ts';
import type { NewEvent } from '../../../../contracts/event.ts';
import type { Store } from '../../../../store/index.ts';
import { noon } from '../../../domain/samples.ts';
import { until } from '../../../stack/wait.ts';

test('while the store is unavailable the newest 5,000 events are kept, and are written in batches once it is back', async () => {
  let isDown = true;
  const writes: number[] = [];
  const first: number[] = [];
  const observe = async (_: unknown, events: readonly NewEvent[]): Promise<void> => {
    if (isDown) throw new Error('unavailable');
    writes.push(events.length);
    first.push(events[0]!.at);
  };
  const store = { services: { observe } } as unknown as Store;
  const lines: { msg: string; lost?: number }[] = [];
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(JSON.parse(line)) });
  const seen = createObservations({ store, host: 'box', clock: () => noon, log });
  for (let nth = 0; nth < 5300; nth += 100) {
    const events = Array.from({ length: 100 }, (_, at): NewEvent => ({
      type: 'service.stopped',
      at: nth + at,
      actor: 'engine',
    }));
    await seen.see('web', { exit_code: nth }, events);
  }
  isDown = false;
  await seen.flush();
  await until('all is written', () => writes.reduce((sum, count) => sum + count, 0) >= 5000);
  expect(writes.reduce((sum, count) => sum + count, 0)).toBe(5000);
  expect(Math.max(...writes)).toBe(500);
  expect(first[0]).toBe(300);
  expect(lines.filter(({ lost }) => lost === 300)).toHaveLength(1);
});

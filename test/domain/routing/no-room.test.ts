import { expect, test } from 'vitest';
import { asleep, decided, now, request, second, target } from './samples.ts';

test('llama.cpp 21678: a local model without room beside the one that answers goes elsewhere', () => {
  const without = target({ id: 'local/second', quality: 0.95, sleep: asleep({ has_room: false }) });
  const record = decided({ targets: [without, target({ id: 'b/second', quality: 0.5 })] });
  expect(record.chosen).toBe('b/second');
  expect(record.excluded[0]!.reasons).toEqual(['no_room']);
});

test('llama.cpp 21678: without another target it waits for the end of the window that takes the room, or says when that is', () => {
  const full = { has_room: false, room_at_ms: now + 20 * second };
  const at = (deadline_seconds: number, sleep = full) =>
    decided({
      targets: [target({ id: 'local/second', sleep: asleep(sleep) })],
      request: request({ deadline_seconds }),
    }).none;
  expect(at(120)).toEqual({ act: 'wait', error: 'no_target', until_ms: now + 20 * second });
  expect(at(15)).toMatchObject({ act: 'refuse', error: 'no_target' });
  const held = { ...full, room_at_ms: null as unknown as number };
  expect(at(120, held)).toEqual({ act: 'refuse', error: 'no_target', until_ms: null });
});

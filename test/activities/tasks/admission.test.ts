import { expect, test } from 'vitest';
import { createAdmission, type Need } from '../../../activities/tasks/admission.ts';

const never = new AbortController().signal;
const need = (change: Partial<Need> = {}): Need => ({
  memory_bytes: 100,
  cpus: 1,
  priority: 'P1',
  created_at: 0,
  ...change,
});

/** Requests admission, and records the name once it is admitted. */
function line(capacity = { memory_bytes: 1000, cpus: 2 }, memoryInUse = () => 0) {
  const rooms = { made: 0 };
  const makeRoom = (): void => void (rooms.made += 1);
  const admission = createAdmission(capacity, { memoryInUse, makeRoom });
  const inside: string[] = [];
  const leave = new Map<string, () => void>();
  const start = new Map<string, () => void>();
  const enter = (name: string, change: Partial<Need> = {}, signal = never): Promise<void> =>
    admission.enter(need(change), signal).then((room) => {
      inside.push(name);
      leave.set(name, room.leave);
      start.set(name, room.started);
    });
  return { admission, inside, leave, start, enter, rooms };
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 80));

test('an attempt that fits is admitted at once, and one that does not waits until another leaves', async () => {
  const { admission, inside, leave, enter } = line();
  await Promise.all([enter('a'), enter('b')]);
  const third = enter('c');
  await turn();
  expect(inside).toEqual(['a', 'b']);
  expect([admission.running, admission.waiting]).toEqual([2, 1]);
  leave.get('a')!();
  await third;
  expect(inside).toEqual(['a', 'b', 'c']);
});

test('the most urgent is admitted first, then the oldest, and small ones do not overtake', async () => {
  const { inside, leave, enter } = line();
  await enter('first', { cpus: 2 });
  const rest = [
    enter('late', { created_at: 3 }),
    enter('large', { created_at: 1, cpus: 2 }),
    enter('urgent', { priority: 'P0', created_at: 4 }),
    enter('small', { created_at: 2, cpus: 0.1 }),
  ];
  leave.get('first')!();
  await rest[2];
  expect(inside).toEqual(['first', 'urgent']);
  leave.get('urgent')!();
  await rest[1];
  leave.get('large')!();
  await Promise.all(rest);
  expect(inside).toEqual(['first', 'urgent', 'large', 'small', 'late']);
});

test('memory of all sandboxes counts, including ready ones, but no attempt waits because of ready ones alone', async () => {
  let ready = 950;
  const { inside, enter } = line({ memory_bytes: 1000, cpus: 9 }, () => ready);
  await enter('alone');
  const second = enter('second');
  await turn();
  expect(inside).toEqual(['alone']);
  ready = 200;
  await second;
});

test('an attempt admitted besides ready sandboxes counts before it has its own', async () => {
  let held = 256;
  const { inside, start, enter } = line({ memory_bytes: 1024, cpus: 9 }, () => held);
  await enter('first', { memory_bytes: 700 });
  const second = enter('second', { memory_bytes: 300 });
  await turn();
  expect(inside).toEqual(['first']);
  // it took a ready sandbox
  held = 700;
  start.get('first')!();
  await second;
});

test('a started attempt counts once, as its sandbox', async () => {
  let held = 0;
  const { inside, start, enter } = line({ memory_bytes: 1000, cpus: 99 }, () => held);
  for (let nth = 0; nth < 10; nth += 1) {
    await enter(`${nth}`);
    held += 100;
    start.get(`${nth}`)!();
  }
  expect(inside).toHaveLength(10);
});

test('an aborted attempt leaves the queue, and the next one moves up', async () => {
  const { inside, enter } = line();
  await enter('one');
  const abort = new AbortController();
  const large = enter('large', { cpus: 2 }, abort.signal);
  const next = enter('next', { created_at: 1 });
  await turn();
  expect(inside).toEqual(['one']);
  abort.abort(new Error('cancelled'));
  await expect(large).rejects.toThrow('cancelled');
  await next;
  await expect(enter('too late', {}, abort.signal)).rejects.toThrow('cancelled');
});

test('room is given back once, however often it is left', async () => {
  const { admission, leave, enter } = line();
  await Promise.all([enter('a'), enter('b')]);
  leave.get('a')!();
  leave.get('a')!();
  expect(admission.running).toBe(1);
});

test('if memory is missing, sandboxes are asked to make room', async () => {
  let held = 950;
  const { inside, rooms, enter } = line({ memory_bytes: 1000, cpus: 8 }, () => held);
  await enter('first');
  const second = enter('second');
  await turn();
  expect({ inside, asked: rooms.made > 0 }).toEqual({ inside: ['first'], asked: true });
  held = 100;
  await second;
  expect(inside).toEqual(['first', 'second']);
});

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

/** Enters, and notes its name when it is let in. */
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

test('who fits is let in at once, and who does not waits until somebody leaves', async () => {
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

test('the more urgent goes first, of equals the older, and small ones do not overtake', async () => {
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

test('memory that sandboxes hold counts, those that wait ready too, but nobody waits for those alone', async () => {
  let ready = 950;
  const { inside, enter } = line({ memory_bytes: 1000, cpus: 9 }, () => ready);
  await enter('alone');
  const second = enter('second');
  await turn();
  expect(inside).toEqual(['alone']);
  ready = 200;
  await second;
});

test('who is let in beside ready sandboxes counts before it has one of its own', async () => {
  let held = 256;
  const { inside, start, enter } = line({ memory_bytes: 1024, cpus: 9 }, () => held);
  await enter('first', { memory_bytes: 700 });
  const second = enter('second', { memory_bytes: 300 });
  await turn();
  expect(inside).toEqual(['first']);
  // it took one of those that stood ready
  held = 700;
  start.get('first')!();
  await second;
});

test('what has started counts once, as its sandbox', async () => {
  let held = 0;
  const { inside, start, enter } = line({ memory_bytes: 1000, cpus: 99 }, () => held);
  for (let nth = 0; nth < 10; nth += 1) {
    await enter(`${nth}`);
    held += 100;
    start.get(`${nth}`)!();
  }
  expect(inside).toHaveLength(10);
});

test('who gives up leaves the line, and the next one moves up', async () => {
  const { inside, enter } = line();
  await enter('one');
  const patience = new AbortController();
  const large = enter('large', { cpus: 2 }, patience.signal);
  const next = enter('next', { created_at: 1 });
  await turn();
  expect(inside).toEqual(['one']);
  patience.abort(new Error('cancelled'));
  await expect(large).rejects.toThrow('cancelled');
  await next;
  await expect(enter('too late', {}, patience.signal)).rejects.toThrow('cancelled');
});

test('room is given back once, however often one leaves', async () => {
  const { admission, leave, enter } = line();
  await Promise.all([enter('a'), enter('b')]);
  leave.get('a')!();
  leave.get('a')!();
  expect(admission.running).toBe(1);
});

test('where memory is what is missing, sandboxes are asked to make room', async () => {
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

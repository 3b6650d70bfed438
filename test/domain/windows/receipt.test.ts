import { describe, expect, test } from 'vitest';
import type { ServiceObservation } from '../../../contracts/service.ts';
import { receipt as contract, type ServiceReceipt } from '../../../contracts/window.ts';
import {
  writeReceipt,
  type DownFacts,
  type ContainerEnd,
} from '../../../domain/windows/receipt.ts';
import { anOpenWindow, aWindow, iso, minute, noon, seen } from '../samples.ts';

const deadline = noon + 10 * minute;
type Stop = NonNullable<ServiceObservation['stop']>;
const stop = (change: Partial<Stop> = {}): Stop => ({
  at: deadline + 40,
  by: 'window',
  forced: false,
  stop_ms: 35,
  exit_code: 0,
  ...change,
});
const down = (change: Partial<Stop> = {}): ServiceObservation =>
  seen({ state: 'exited', exit_code: 0, stop: stop(change) });
const fact = (change: Partial<DownFacts> = {}): DownFacts => ({
  service: 'web',
  seen: down(),
  result: 'stopped',
  kept_for: [],
  containers: [],
  ...change,
});
const byDeadline = { closed_by: 'deadline', reason: null } as const;
const write = (facts: DownFacts[], ending: Parameters<typeof writeReceipt>[1] = byDeadline) =>
  writeReceipt(anOpenWindow(), ending, facts, deadline + 50);

test.each<[string, Partial<DownFacts>, Partial<ServiceReceipt>]>([
  [
    'stopped within its grace period is stopped',
    {},
    {
      outcome: 'stopped',
      state: 'exited',
      container: 'shop-web-1',
      exit_code: 0,
      forced: false,
      stopped_by: 'window',
      stopped_at: iso(deadline + 40),
      stop_ms: 35,
      overrun_ms: 40,
    },
  ],
  [
    'ignored SIGTERM is killed',
    { seen: down({ forced: true, exit_code: 137 }) },
    { outcome: 'killed', forced: true, exit_code: 137 },
  ],
  [
    'stopped before the deadline has no overrun',
    { seen: down({ at: deadline - 1000 }) },
    { overrun_ms: 0 },
  ],
  [
    'completed before the window was open is done, with its real end',
    { result: 'was_down', seen: down({ by: 'itself', at: noon, exit_code: 0, stop_ms: 0 }) },
    { outcome: 'done', stopped_by: 'itself', stopped_at: iso(noon), exit_code: 0, overrun_ms: 0 },
  ],
  [
    'completed for an earlier window was down',
    { result: 'was_down', seen: down({ by: 'itself', at: noon - 1, exit_code: 0 }) },
    { outcome: 'was_down', stopped_by: null },
  ],
  [
    'failed during the window and stayed down keeps its exit code',
    { result: 'was_down', seen: down({ by: 'someone_else', at: noon + 1, exit_code: 3 }) },
    { outcome: 'stopped', stopped_by: 'someone_else', exit_code: 3, overrun_ms: 0 },
  ],
  [
    'was already down has no stop in this window',
    { result: 'was_down', seen: down({ at: noon - 1, exit_code: 9 }) },
    { outcome: 'was_down', stopped_by: null, stopped_at: null, stop_ms: null, overrun_ms: null },
  ],
  [
    'no longer has a container is absent',
    { seen: seen({ state: 'absent', container_id: null, container_name: null, stop: stop() }) },
    { state: 'absent', outcome: 'stopped', container: null },
  ],
  [
    'another window holds is kept, and has no overrun',
    { seen: seen(), result: 'kept', kept_for: ['window-00000000000000b2'] },
    {
      outcome: 'kept',
      state: 'running',
      exit_code: null,
      stopped_at: null,
      overrun_ms: null,
      kept_for: ['window-00000000000000b2'],
    },
  ],
  [
    'still runs after it was stopped is left running',
    { seen: seen({ stop: stop() }), result: 'stopped' },
    {
      outcome: 'left_running',
      state: 'running',
      exit_code: null,
      stopped_by: null,
      overrun_ms: null,
    },
  ],
  [
    'is paused is left running',
    { seen: seen({ state: 'paused' }), result: 'was_down' },
    { outcome: 'left_running', state: 'running' },
  ],
])('a service that %s', (_, change, expected) => {
  const receipt = write([fact(change)]);
  expect(receipt.services[0]).toMatchObject(expected);
  expect(() => contract.parse(receipt)).not.toThrow();
});

describe('a receipt', () => {
  test('has the time, the reason and the cause of the end', () => {
    expect(write([fact()], { closed_by: 'caller', reason: 'done' })).toMatchObject({
      window_id: 'window-00000000000000a1',
      closed_by: 'caller',
      reason: 'done',
      deadline: iso(deadline),
      closed_at: iso(deadline + 50),
    });
  });
  test('has the largest overrun of its services', () => {
    const late = fact({ service: 'db', seen: down({ at: deadline + 900 }) });
    expect(write([fact(), late]).overrun_ms).toBe(900);
  });
  test('has no overrun if nothing stopped, or on hold', () => {
    expect(write([fact({ seen: seen(), result: 'kept' })]).overrun_ms).toBeNull();
    const hold = anOpenWindow({ mode: 'hold', expires_at: null });
    expect(writeReceipt(hold, byDeadline, [fact()], noon).overrun_ms).toBeNull();
  });
  test('lists services that still run without a window as residue, but not kept ones', () => {
    const left = fact({ seen: seen(), result: 'stopped' });
    const kept = fact({ service: 'db', seen: seen(), result: 'kept' });
    expect(write([left, kept]).residue).toEqual(['web']);
    expect(write([fact()]).residue).toEqual([]);
  });
  test('names the guard if it had to act at the deadline', () => {
    const byGuard = fact({ seen: down({ by: 'guard' }) });
    expect(write([fact(), byGuard]).closed_by).toBe('guard');
    expect(write([byGuard], { closed_by: 'caller', reason: null }).closed_by).toBe('caller');
  });
  test('of a window that never opened includes stops since its request', () => {
    const never = aWindow({ state: 'opening' });
    const since = (at: number) =>
      writeReceipt(never, byDeadline, [fact({ seen: down({ at }) })], noon).services[0]!.outcome;
    expect([since(noon - 1), since(noon)]).toEqual(['was_down', 'stopped']);
  });
});

describe('a receipt of known containers', () => {
  const one = (change: Partial<ContainerEnd> = {}): ContainerEnd => ({
    id: 'a',
    name: 'one-web-1',
    project: 'one',
    state: 'exited',
    ran: true,
    end: stop(),
    ...change,
  });
  const of = (containers: ContainerEnd[], change: Partial<DownFacts> = {}) =>
    write([fact({ seen: seen({ stop: null }), result: 'was_down', containers, ...change })]);
  const absent = one({ id: 'c', state: 'absent', end: stop({ exit_code: null }) });

  test.each<[string, ContainerEnd[], Partial<DownFacts>, Partial<ServiceReceipt>]>([
    [
      'one that ran and is down counts as stopped',
      [one()],
      {},
      { outcome: 'stopped', state: 'exited' },
    ],
    [
      'one that never ran counts as was_down',
      [one({ ran: false, end: null })],
      {},
      { outcome: 'was_down', stopped_at: null },
    ],
    [
      'one that ran and was removed counts as stopped',
      [absent],
      {},
      { outcome: 'stopped', state: 'absent' },
    ],
    [
      'one that ran and whose stop was not observed counts as stopped',
      [one({ state: 'absent', end: null })],
      {},
      { outcome: 'stopped', stopped_at: null },
    ],
    [
      'one killed container of several makes the service killed',
      [one(), one({ id: 'b', end: stop({ forced: true, exit_code: 137 }) })],
      {},
      { outcome: 'killed', exit_code: 137 },
    ],
    [
      'one running container of several makes the service left_running',
      [one(), one({ id: 'b', name: 'one-web-2', state: 'running', end: null })],
      {},
      { outcome: 'left_running', state: 'running', container: 'one-web-2' },
    ],
    [
      'one that another window restarted is kept',
      [one({ state: 'running', end: null })],
      { result: 'stopped', kept_for: ['window-00000000000000b2'] },
      { outcome: 'kept' },
    ],
    [
      'one on another Engine may run, and does not count as down',
      [one({ state: 'unknown', end: null })],
      {},
      { outcome: 'left_running', state: 'unknown', stopped_at: null, exit_code: null },
    ],
  ])('%s', (_, containers, change, expected) => {
    const receipt = of(containers, change);
    expect(receipt.services[0]).toMatchObject(expected);
    expect(receipt.services[0]!.containers!.map(({ id }) => id)).toEqual(
      containers.map(({ id }) => id),
    );
    const left = receipt.services[0]!.outcome === 'left_running';
    expect(receipt.residue).toEqual(left ? ['web'] : []);
    expect(() => contract.parse(receipt)).not.toThrow();
  });
});

test.each<[string, Stop['by'], number, string]>([
  [
    'on time has closed_by deadline, even if the settle loop was first',
    'settle_loop',
    50,
    'deadline',
  ],
  ['late by the settle loop has closed_by settle_loop', 'settle_loop', 60_000, 'settle_loop'],
  ['by the guard has closed_by guard', 'guard', 60_000, 'guard'],
])('a window that ended %s', (_, by, provedLateMs, closed_by) => {
  const facts = [fact({ seen: down({ by }) })];
  const proved = writeReceipt(anOpenWindow(), byDeadline, facts, deadline + provedLateMs);
  expect(proved.closed_by).toBe(closed_by);
});

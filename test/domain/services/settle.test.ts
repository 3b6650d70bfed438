import { describe, expect, test } from 'vitest';
import { containerState, strayPolicy, type ContainerState } from '../../../contracts/service.ts';
import {
  isUp,
  reconcileStep,
  type ReconcileFacts,
  type ReconcileStep,
} from '../../../domain/services/settle.ts';

const facts = (change: Partial<ReconcileFacts>): ReconcileFacts => ({
  state: 'running',
  leased: false,
  lapsed: false,
  tier: 'window',
  stray: 'stop',
  tolerated: false,
  ...change,
});

test.each<[ContainerState, boolean]>([
  ['absent', false],
  ['created', false],
  ['starting', true],
  ['running', true],
  ['unhealthy', true],
  ['paused', true],
  ['restarting', true],
  ['stopping', false],
  ['exited', false],
  ['done', false],
  ['dead', false],
  ['unknown', false],
])('a container that is %s runs: %s', (state, expected) => {
  expect(isUp(state)).toBe(expected);
});

test.each<[string, Partial<ReconcileFacts>, ReconcileStep]>([
  ['leased and down is started', { leased: true, state: 'exited' }, 'start'],
  ['leased and never created is started', { leased: true, state: 'absent' }, 'start'],
  ['leased and done is left', { leased: true, state: 'done' }, 'leave'],
  ['leased and up is left', { leased: true }, 'leave'],
  ['leased and unhealthy is left', { leased: true, state: 'unhealthy' }, 'leave'],
  ['leased, with another lease expired, is left', { leased: true, lapsed: true }, 'leave'],
  ['leased and tolerated is left', { leased: true, tolerated: true }, 'leave'],
  ['not leased and down is left', { state: 'exited' }, 'leave'],
  ['past its lease is stopped', { lapsed: true }, 'stop'],
  [
    'past its lease is stopped even if strays are adopted',
    { lapsed: true, stray: 'adopt' },
    'stop',
  ],
  [
    'past its lease is stopped even if strays are reported',
    { lapsed: true, stray: 'report' },
    'stop',
  ],
  ['past its lease is stopped even if it was tolerated', { lapsed: true, tolerated: true }, 'stop'],
  ['past its lease and paused is stopped', { lapsed: true, state: 'paused' }, 'stop'],
  ['past its lease and down is left', { lapsed: true, state: 'exited' }, 'leave'],
  ['without a lease is stopped', {}, 'stop'],
  ['without a lease is adopted if the file says so', { stray: 'adopt' }, 'adopt'],
  ['without a lease is reported if the file says so', { stray: 'report' }, 'report'],
  ['tolerated, since it ran before VX11, is only reported', { tolerated: true }, 'report'],
])('a service that is %s', (_, change, step) => {
  expect(reconcileStep(facts(change))).toBe(step);
});

describe('in every combination of facts', () => {
  const flags = [false, true];
  const all = containerState.options.flatMap((state) =>
    flags.flatMap((leased) =>
      flags.flatMap((lapsed) =>
        flags.flatMap((tolerated) =>
          strayPolicy.options.map((stray) => facts({ state, leased, lapsed, tolerated, stray })),
        ),
      ),
    ),
  );

  test('core and infrastructure are left alone', () => {
    for (const tier of ['core', 'infrastructure'] as const) {
      for (const one of all) expect(reconcileStep({ ...one, tier })).toBe('leave');
    }
  });
  test('a service with a live lease is never stopped, and one without is never started', () => {
    for (const one of all) {
      const step = reconcileStep(one);
      if (one.leased) expect(['start', 'leave']).toContain(step);
      else expect(step).not.toBe('start');
    }
  });
  test('a service that is down is never stopped, adopted or reported', () => {
    for (const one of all.filter(({ state }) => !isUp(state))) {
      expect(['start', 'leave']).toContain(reconcileStep(one));
    }
  });
});

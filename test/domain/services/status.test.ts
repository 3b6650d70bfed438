import { describe, expect, test } from 'vitest';
import type { ContainerState, ServiceObservation } from '../../../contracts/service.ts';
import { judgeService, overallStatus, powerModeOf } from '../../../domain/services/status.ts';

const seen = (
  state: ContainerState,
  change: Partial<Pick<ServiceObservation, 'health' | 'note' | 'exit_code'>> = {},
) => ({ state, health: 'none' as const, note: null, exit_code: null, ...change });

describe('a window-tier service is', () => {
  test.each([
    ['asleep without a window', seen('exited'), 'no', 'off_by_policy'],
    ['asleep when it has no container', null, 'no', 'off_by_policy'],
    ['asleep while it stops', seen('stopping'), 'no', 'off_by_policy'],
    ['ok when it runs', seen('running'), 'open', 'ok'],
    ['ok when it runs and is healthy', seen('running', { health: 'healthy' }), 'open', 'ok'],
    ['ok when it runs without a window', seen('running'), 'no', 'ok'],
    ['starting until it is healthy', seen('running', { health: 'starting' }), 'open', 'starting'],
    ['starting while its container starts', seen('starting'), 'opening', 'starting'],
    ['starting before its container exists', null, 'opening', 'starting'],
    ['degraded when unhealthy', seen('running', { health: 'unhealthy' }), 'open', 'degraded'],
    ['degraded when paused', seen('paused'), 'open', 'degraded'],
    ['degraded when its Engine does not answer', seen('unknown'), 'no', 'degraded'],
    ['down when it should run and has exited', seen('exited', { exit_code: 3 }), 'open', 'down'],
    ['down when it should run and has no container', null, 'open', 'down'],
  ] as const)('is %s', (_, observation, held, health) => {
    expect(judgeService('window', observation, held).health).toBe(health);
  });

  test('not ok with a reason', () => {
    expect(judgeService('window', seen('exited', { exit_code: 3 }), 'open').reason).toBe(
      'exited with 3',
    );
    const note = 'port 80 is taken';
    expect(judgeService('window', seen('created', { note }), 'open').reason).toBe(note);
    expect(judgeService('window', seen('running'), 'open').reason).toBeNull();
  });
});

describe('core and infrastructure', () => {
  test('are off by policy if this Engine does not run them', () => {
    expect(judgeService('infrastructure', null, 'no')).toEqual({
      health: 'off_by_policy',
      reason: 'not run by this Docker Engine',
    });
  });
  test('are down when their container has exited', () => {
    expect(judgeService('core', seen('exited', { exit_code: 1 }), 'no').health).toBe('down');
  });
});

describe('the mode', () => {
  const up = { state: 'running' as const };
  const asleep = { state: 'exited' as const };
  test.each([
    ['solo_madre at rest', [asleep, asleep], 0, 'solo_madre'],
    ['solo_madre without any service', [], 0, 'solo_madre'],
    ['windowed while a window starts its first service', [asleep], 1, 'windowed'],
    ['windowed when something runs without a window', [up, asleep], 0, 'windowed'],
    ['full when everything runs', [up, up], 1, 'full'],
  ] as const)('is %s', (_, services, live, mode) => {
    expect(powerModeOf(services, live)).toBe(mode);
  });
});

test.each([
  ['ok when all components are ok or asleep', { madre: 'ok', web: 'off_by_policy' }, 'ok'],
  ['degraded when a component is down', { madre: 'ok', store: 'down' }, 'degraded'],
  ['offline without madre', { madre: 'down', store: 'ok' }, 'offline'],
] as const)('the whole is %s', (_, parts, whole) => {
  const components = Object.fromEntries(
    Object.entries(parts).map(([name, status]) => [name, { status }]),
  );
  expect(overallStatus(components)).toBe(whole);
});

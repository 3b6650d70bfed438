import { describe, expect, test } from 'vitest';
import { windowState, type Receipt, type WindowView } from '../../../contracts/window.ts';
import * as window from '../../../domain/windows/window.ts';
import { anOpenWindow, aWindow, iso, minute, noon } from '../samples.ts';

const receipt: Receipt = {
  window_id: 'window-00000000000000a1',
  closed_by: 'caller',
  reason: null,
  deadline: iso(noon + 10 * minute),
  closed_at: iso(noon + minute),
  overrun_ms: 0,
  services: [],
  residue: [],
};
const failure = { service: 'web', error: 'unhealthy', detail: 'never healthy' } as const;

test.each(
  windowState.options.map((state) => [state, ['closed', 'failed'].includes(state)] as const),
)('a window that is %s has ended: %s', (state, ended) => {
  expect(window.hasEnded(aWindow({ state }))).toBe(ended);
  expect(window.isOpen(aWindow({ state }))).toBe(state === 'open');
});

describe('a window changes', () => {
  const opening = window.opening(aWindow(), ['db', 'web']);

  test.each<[string, WindowView, Partial<WindowView>]>([
    [
      'to queued, with what it waits for',
      window.queued(aWindow(), '1 MiB needed'),
      { state: 'queued', waiting_for: '1 MiB needed' },
    ],
    [
      'from queued to opening, without waiting_for',
      window.opening(window.queued(aWindow(), 'room'), ['web']),
      { state: 'opening', members: ['web'], waiting_for: null },
    ],
    [
      'to open, with its deadline counted from the opening and not from the request',
      window.opened(opening, noon + 5000, { started: ['db', 'web'], failed: [] }),
      {
        state: 'open',
        members: ['db', 'web'],
        opened_at: iso(noon + 5000),
        expires_at: iso(noon + 5000 + 10 * minute),
        services_started: ['db', 'web'],
      },
    ],
    [
      'to open with the started services, in start order, and the failed ones',
      window.opened(opening, noon, { started: ['db'], failed: [failure] }),
      { state: 'open', members: ['db'], services_started: ['db'], services_failed: [failure] },
    ],
    [
      'to open on hold, with no deadline',
      window.opened({ ...opening, mode: 'hold', ttl_ms: null }, noon, {
        started: ['web'],
        failed: [],
      }),
      { state: 'open', opened_at: iso(noon), expires_at: null },
    ],
    [
      'to open with a TTL clamped to its max_ttl',
      window.opened({ ...opening, ttl_ms: 120 * minute }, noon, { started: ['web'], failed: [] }),
      { expires_at: iso(noon + 60 * minute) },
    ],
    ['to closing', window.closing(anOpenWindow()), { state: 'closing' }],
    [
      'to closed, with its receipt',
      window.closed(anOpenWindow(), receipt),
      { state: 'closed', closed_at: receipt.closed_at, receipt },
    ],
    [
      'to failed, with the reason and no started services',
      window.failed(window.queued(aWindow(), 'room'), noon, [failure]),
      {
        state: 'failed',
        closed_at: iso(noon),
        services_started: [],
        services_failed: [failure],
        waiting_for: null,
      },
    ],
    [
      'its members when a service is removed from it',
      window.without(anOpenWindow({ members: ['db', 'web'] }), 'db'),
      { members: ['web'], services: ['web'] },
    ],
  ])('%s', (_, view, expected) => expect(view).toMatchObject(expected));

  test('without modifying the previous value', () => {
    const before = Object.freeze(aWindow());
    window.opened(before, noon, { started: [], failed: [] });
    expect(before.state).toBe('requested');
  });
});

describe('the deadline of an open window', () => {
  test('moves to a full new TTL from now when it is renewed', () => {
    const { view, deadline } = window.renewed(anOpenWindow(), 20 * minute, noon + minute);
    expect(view).toMatchObject({
      ttl_ms: 20 * minute,
      expires_at: iso(noon + 21 * minute),
      extensions: 1,
    });
    expect(deadline.clamped).toBe(false);
  });
  test('moves earlier when it is renewed with a shorter TTL', () => {
    expect(window.renewed(anOpenWindow(), minute, noon).view.expires_at).toBe(iso(noon + minute));
  });
  test('moves later from its previous value when it is extended', () => {
    const { view } = window.extended(anOpenWindow({ extensions: 2 }), 5 * minute);
    expect(view).toMatchObject({
      ttl_ms: 10 * minute,
      expires_at: iso(noon + 15 * minute),
      extensions: 3,
    });
  });
  test('never moves past max_ttl from its opening, and reports that it was clamped', () => {
    for (const { view, deadline } of [
      window.extended(anOpenWindow(), 51 * minute),
      window.renewed(anOpenWindow(), 60 * minute, noon + 1),
    ]) {
      expect(view.expires_at).toBe(iso(noon + 60 * minute));
      expect(deadline).toEqual({
        at: noon + 60 * minute,
        clamped: true,
        latest: noon + 60 * minute,
      });
    }
  });
});

test.each<[string, Partial<WindowView>, string]>([
  ['services and minutes', { services: ['web', 'db'] }, 'web, db for 10 min'],
  ['the reason', { reason: 'demo' }, 'web for 10 min: demo'],
  ['a hold', { mode: 'hold', ttl_ms: null }, 'web on hold'],
  ['a partial minute as a full one', { ttl_ms: 1000 }, 'web for 1 min'],
])('the title of a window has %s', (_, change, title) => {
  expect(window.windowTitle(aWindow(change))).toBe(title);
});

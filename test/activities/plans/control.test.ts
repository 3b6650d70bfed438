import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { control } from '../../../activities/plans/control.ts';
import type { MadreControlCall } from '../../../contracts/chat.ts';
import { newId } from '../../../contracts/ids.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { anOpenWindow } from '../../domain/samples.ts';
import { startPlans, type PlanFixture } from './fixture.ts';

let fixture: PlanFixture;
beforeEach(async () => void (fixture = await startPlans()));
afterEach(() => fixture.close());

const ada = { actor: 'ada', principal: 'token-00000000000000a1' };
const call = (change: Partial<MadreControlCall> = {}): MadreControlCall => ({
  ...ada,
  scope: 'operator',
  correlation_id: newId('run'),
  target: null,
  action: 'close',
  host: null,
  ttl_seconds: null,
  reason: null,
  ...change,
});
const has = async (change: Partial<WindowView>, owner: string | null): Promise<string> => {
  const window_id = newId('window');
  const view = anOpenWindow({ window_id, host: 'box', target: window_id, ...change });
  await fixture.store.windows.request(view, [], owner);
  return window_id;
};
const ask = (change: Partial<MadreControlCall>) => control(fixture.deps, call(change));

describe('the close of a window by its id', () => {
  test('runs at once if the window is the caller’s own', async () => {
    for (const kind of ['target', 'operator'] as const) {
      const window_id = await has({ kind, owner: 'ada' }, ada.principal);
      const { plan, confirm_token } = await ask({ window_id });
      expect(plan).toMatchObject({
        status: 'PENDING',
        risk: 'LOW',
        steps: [{ type: 'CLOSE_WINDOW', params: { window_ids: [window_id], services: null } }],
      });
      expect(confirm_token).toBeNull();
      expect(fixture.started).toContain(plan.plan_id);
    }
  });

  test('waits for a confirmation if the window is someone else’s, and names the owner', async () => {
    const windows = [
      await has({ kind: 'target', owner: 'ben' }, 'token-00000000000000b1'),
      await has({ kind: 'operator', owner: 'ben' }, 'token-00000000000000b1'),
      // an earlier token with the same name
      await has({ kind: 'operator', owner: 'ada' }, 'token-00000000000000a0'),
    ];
    for (const window_id of windows) {
      const { plan, confirm_token } = await ask({ window_id });
      expect(plan).toMatchObject({ status: 'WAITING', risk: 'MED' });
      expect(plan.risk_because).toMatch(new RegExp(`${window_id} of (ben|ada)`));
      expect(confirm_token).not.toBeNull();
    }
  });

  test('of a window that is not live says so', async () => {
    const { plan } = await ask({ window_id: 'window-00000000deadbeef' });
    expect(plan).toMatchObject({ status: 'ERROR', error: { code: 'window_not_found' } });
  });
});

describe('the extension of a window by its id', () => {
  test('extends a window of the caller, or a shared one', async () => {
    const window_id = await has({ kind: 'target', owner: 'ben' }, 'token-00000000000000b1');
    const { plan } = await ask({ window_id, action: 'extend', ttl_seconds: 60 });
    expect(plan).toMatchObject({
      status: 'PENDING',
      steps: [{ type: 'EXTEND_WINDOW', params: { window_id, seconds: 60, services: ['web'] } }],
    });
  });

  test.each([
    ['someone else’s', { kind: 'operator' as const, owner: 'ben' }, 'window_not_open', 60],
    ['a hold', { mode: 'hold' as const, expires_at: null, owner: 'ada' }, 'window_not_open', 60],
    ['no time', { owner: 'ada' }, 'invalid', null],
  ])('is refused for %s', async (_, change, code, ttl_seconds) => {
    const window_id = await has(change, null);
    const { plan } = await ask({ window_id, action: 'extend', ttl_seconds });
    expect(plan).toMatchObject({ status: 'ERROR', error: { code } });
  });
});

test('another action on a window by its id is refused with the possible ones', async () => {
  const window_id = await has({ owner: 'ada' }, ada.principal);
  const { plan } = await ask({ window_id, action: 'restart' });
  expect(plan.error).toMatchObject({
    code: 'unknown_action',
    detail: expect.stringContaining('close, extend'),
  });
});

test('a dry run returns the plan, stores none, and starts nothing', async () => {
  const window_id = await has({ owner: 'ben' }, 'token-00000000000000b1');
  const asked = [
    { window_id, dry_run: true },
    { target: 'web', action: 'stop', dry_run: true },
    { target: 'web', action: 'open', dry_run: true },
    { target: 'nope', action: 'open', dry_run: true },
  ];
  const plans = [];
  for (const one of asked) plans.push(await ask(one));
  expect(plans.map(({ plan }) => [plan.status, plan.risk])).toEqual([
    ['WAITING', 'MED'],
    ['WAITING', 'HIGH'],
    ['PENDING', 'LOW'],
    ['ERROR', 'LOW'],
  ]);
  expect(plans.map(({ confirm_token }) => confirm_token)).toEqual([null, null, null, null]);
  expect((await fixture.store.plans.list({ limit: 10 })).plans).toEqual([]);
  expect(fixture.started).toEqual([]);
  expect((await fixture.store.intents.find(plans[0]!.intent_id))?.payload).toMatchObject({
    window_id,
    dry_run: true,
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import { newToken } from '../../../gateway/tokens/token-text.ts';
import { aWindow } from '../../domain/samples.ts';
import { aTask } from '../../domain/tasks/samples.ts';
import { adminToken } from '../fixture.ts';
import { startPlanFixture, type PlanFixture } from '../plans/plan-fixture.ts';

let fixture: PlanFixture;
beforeEach(async () => void (fixture = await startPlanFixture()));
afterEach(() => fixture.close());

/** Creates an operator token with this name; with `rotates` it replaces that token. */
async function tokenOf(name: string, rotates?: string): Promise<{ id: string; text: string }> {
  const { id, text, secretHash } = newToken();
  const dates = { created_at: Date.now(), expires_at: null, revoked_at: null, last_used_at: null };
  const replaces = rotates === undefined ? null : { id: rotates, at: Date.now() };
  const made = await fixture.store.tokens.create(
    { id, name, scope: 'operator', secret_hash: secretHash, ...dates },
    [],
    { now: Date.now(), replaces },
  );
  expect(made).toBe('created');
  return { id, text };
}

/** The token ada, one that rotates it, and one that got the same name after both had ended. */
async function threeCalledAda() {
  const first = await tokenOf('ada');
  const rotated = await tokenOf('ada', first.id);
  const principal = (await fixture.store.tokens.find(first.id))!.principal;
  return {
    principal,
    rotated,
    namesake: async () => {
      await fixture.store.tokens.revoke(rotated.id, Date.now(), []);
      return tokenOf('ada');
    },
  };
}
const status = async (method: 'POST' | 'DELETE', url: string, token: string, payload?: object) => {
  const headers = { 'x-vx11-token': token };
  const answer = await fixture.inject({ method, url, headers, ...(payload && { payload }) });
  return answer.statusCode;
};

describe('a token that rotates another owns what that one created, and a namesake does not', () => {
  test('an operator window', async () => {
    const { principal, rotated, namesake } = await threeCalledAda();
    const window = aWindow({
      window_id: newId('window'),
      kind: 'operator',
      target: null,
      owner: 'ada',
      state: 'closed',
    });
    await fixture.store.windows.request({ ...window, state: 'requested' }, [], principal);
    await fixture.store.windows.save(window, []);
    const close = (token: string) =>
      status('POST', '/vx11/window/close', token, { window_id: window.window_id });
    expect(await close(rotated.text)).toBe(200);
    expect(await close((await namesake()).text)).toBe(404);
  });

  test('a chat', async () => {
    const { principal, rotated, namesake } = await threeCalledAda();
    const said = { message: 'open web', response: 'yes', status: 'DONE' } as const;
    await fixture.store.sessions.append(
      { name: 'ada', principal },
      'desk',
      { at: Date.now(), actor: 'ada', ...said, intent_id: null, plan_id: null },
      () => ({ mode: 'MADRE', topic: 'general', summary: 'web' }),
    );
    const list = async (token: string) =>
      (await fixture.get('/operator/sessions', token)).body.sessions;
    const read = async (token: string) =>
      (await fixture.get('/operator/session/desk', token)).status;
    expect(await read(rotated.text)).toBe(200);
    expect(await list(rotated.text)).toMatchObject([
      { session_id: 'desk', messages: 1, first_message: 'open web' },
    ]);
    const later = await namesake();
    expect([await read(later.text), await list(later.text)]).toEqual([404, []]);
  });

  test('a task', async () => {
    const { principal, rotated, namesake } = await threeCalledAda();
    const { view, spec } = aTask();
    const mine = { ...view, owner: 'ada' };
    await fixture.store.tasks.create(mine, spec, [], principal);
    const report = (token: string) =>
      status('POST', '/madre/callback/spawn', token, {
        spawn_id: view.spawn_id,
        status: 'success',
      });
    expect(await report(rotated.text)).toBe(200);
    const late = await namesake();
    expect(await report(late.text)).toBe(404);
    expect(await status('DELETE', `/vx11/spawn/${view.spawn_id}`, late.text)).toBe(404);
  });

  test('a row of an older version is owned by name', async () => {
    const { view, spec } = aTask();
    await fixture.store.tasks.create({ ...view, owner: 'ada' }, spec, []);
    const body = { spawn_id: view.spawn_id, status: 'success' };
    const ada = await tokenOf('ada');
    expect(await status('POST', '/madre/callback/spawn', ada.text, body)).toBe(200);
    const bob = await tokenOf('bob');
    expect(await status('POST', '/madre/callback/spawn', bob.text, body)).toBe(404);
  });
});

describe('a plan that another person has to confirm', () => {
  const confirmation = {
    quorum: 2,
    no_self_approval: true,
    approvals: [],
    expires_at: new Date(Date.now() + 60_000).toISOString(),
  };
  const confirm = async (planId: string, confirm_token: string, token: string) => {
    const { status: code, body } = await fixture.post(
      `/madre/plans/${planId}/confirm`,
      { confirm_token },
      token,
    );
    return code === 200 ? body.approvals : body.error;
  };

  test('is not confirmed by a rotation of the token that asked for it', async () => {
    const { principal, rotated, namesake } = await threeCalledAda();
    const { plan, token } = await fixture.waiting({ actor: 'ada', confirmation }, principal);
    expect(await confirm(plan.plan_id, token, rotated.text)).toBe('self_approval');
    const late = await namesake();
    expect(await confirm(plan.plan_id, token, late.text)).toBe(1);
  });

  test('counts one person once, and two people who had the same name in turn twice', async () => {
    const { plan, token } = await fixture.waiting({ actor: 'bob', confirmation });
    const { rotated, namesake } = await threeCalledAda();
    expect(await confirm(plan.plan_id, token, rotated.text)).toBe(1);
    const again = await tokenOf('ada', rotated.id);
    expect(await confirm(plan.plan_id, token, again.text)).toBe(1);
    await fixture.store.tokens.revoke(again.id, Date.now(), []);
    const late = await namesake();
    expect(await confirm(plan.plan_id, token, late.text)).toBe(2);
    const events = await fixture.store.events.after(0, 200);
    const approvals = events.filter(({ type }) => type === 'plan.approved');
    const ids = approvals.map(({ payload }) => payload['actor_id']);
    expect([new Set(ids).size, approvals.map(({ actor }) => actor)]).toEqual([2, ['ada', 'ada']]);
  });
});

test('the log names the principal that creates and revokes tokens', async () => {
  const made = await fixture.inject({
    method: 'POST',
    url: '/vx11/tokens',
    headers: { 'x-vx11-token': adminToken },
    payload: { name: 'dashboard', scope: 'viewer' },
  });
  expect(made.statusCode).toBe(201);
  const events = await fixture.store.events.after(0, 100);
  expect(events.find(({ type }) => type === 'token.created')).toMatchObject({
    actor: 'admin',
    payload: { actor_id: 'token-environment', name: 'dashboard' },
  });
});

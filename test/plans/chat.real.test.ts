import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

describe('talking to madre over a real stack', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { web: {}, db: {}, switch: {} },
    });
  });
  afterAll(() => stack?.destroy());

  const chat = (message: string, more: Record<string, unknown> = {}) =>
    stack.call('POST', '/madre/chat', { message, ...more });
  const planOf = async (id: string) => (await stack.call('GET', `/madre/plans/${id}`)).body;

  /** A first start makes the container, which may take longer than an answer. */
  const done = (id: string) =>
    until(`${id} is done`, async () => {
      const plan = await planOf(id);
      return plan.status === 'DONE' && plan;
    });

  test('open web for 20 minutes because demo: understood without a model, carried out, and answered', async () => {
    const said = await chat('open web for 20 minutes because demo', { session_id: 'desk' });
    expect(said.status, JSON.stringify(said.body)).toBe(200);
    expect(said.body).toMatchObject({
      session_id: 'desk',
      provider: 'fallback_local',
      targets: ['web'],
      degraded: false,
    });
    const plan = await done(said.body.plan_id);
    expect(plan.steps).toMatchObject([
      { type: 'OPEN_WINDOW', status: 'DONE', params: { ttl_seconds: 1200, reason: 'demo' } },
    ]);
    expect(await stack.running()).toEqual(['web']);
    const status = await chat('status', { session_id: 'desk' });
    expect(status.body.response).toMatch(/web is up until/);
    const closed = await chat('cierra web', { session_id: 'desk' });
    await done(closed.body.plan_id);
    expect(await stack.running()).toEqual([]);
    const session = await stack.call('GET', '/operator/session/desk');
    expect(session.body).toMatchObject({ message_count: 3, topic: 'system' });
  });

  test('a plan that stops something waits for its token, and runs once when it comes', async () => {
    await done((await chat('open db for 5 minutes')).body.plan_id);
    const asked = await chat('delete db');
    expect(asked.body).toMatchObject({
      status: 'WAITING',
      warnings: ['destructive_intent_detected'],
      actions: [{ type: 'CLOSE_WINDOW', status: 'PENDING', risk: 'HIGH' }],
    });
    const { plan_id, confirm_token } = asked.body;
    expect(confirm_token).toMatch(/^[\w-]{22}$/);
    expect(await stack.running()).toEqual(['db']);
    const wrong = await stack.call('POST', `/madre/plans/${plan_id}/confirm`, {
      confirm_token: 'A'.repeat(22),
    });
    expect([wrong.status, wrong.body.error]).toEqual([403, 'wrong_confirm_token']);
    const confirm = () => stack.call('POST', `/madre/plans/${plan_id}/confirm`, { confirm_token });
    const clicked = await Promise.all([confirm(), confirm()]);
    expect(clicked.map(({ body }) => body.status)).toEqual(['confirmed', 'confirmed']);
    const ended = await done(plan_id);
    expect(ended.steps).toMatchObject([{ status: 'DONE' }]);
    expect(await stack.running()).toEqual([]);
    const again = await confirm();
    expect([again.status, again.body.error]).toEqual([409, 'confirm_token_used']);
  });

  test('keep web up for another 5 minutes: its window ends 5 minutes later, once', async () => {
    await done((await chat('turn web on for 10 minutes')).body.plan_id);
    const [before] = (await stack.call('GET', '/vx11/windows?state=open')).body.windows;
    const plan = await done((await chat('keep web up for another 5 minutes')).body.plan_id);
    expect(plan).toMatchObject({
      risk: 'LOW',
      steps: [{ type: 'EXTEND_WINDOW', result: { extensions: 1, clamped: false } }],
    });
    const after = (await stack.call('GET', `/vx11/windows/${before.window_id}`)).body;
    expect(Date.parse(after.expires_at) - Date.parse(before.expires_at)).toBe(300_000);
    const shown = await chat('alarga web 10 minutos', { dry_run: true });
    expect(shown.body.response).toMatch(/sigue en marcha 600 s más/);
    await done((await chat('shut web down')).body.plan_id);
    const none = await chat('extend web by 5 minutes');
    expect(none.body.response).toMatch(
      /no open window on web to extend; "open web for 300 seconds"/,
    );
  });

  test('a role that sleeps is opened for a plan and closed after it, even if the plan fails', async () => {
    const asked = await stack.call('POST', '/vx11/intent', { text: 'list the programs' });
    expect(asked.body).toMatchObject({ status: 'ERROR', error: 'off_by_policy' });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import { aDecision } from '../../domain/autonomy/samples.ts';
import { startPlanFixture, type PlanFixture } from './plan-fixture.ts';

let fixture: PlanFixture;
beforeAll(async () => {
  fixture = await startPlanFixture();
});
afterAll(() => fixture.close());

describe('an intent', () => {
  const send = (body: object) => fixture.post('/vx11/intent', body);

  test('is answered under its own correlation id', async () => {
    const { status, body } = await send({
      text: 'status',
      correlation_id: 'mine-1',
      user_id: 'u',
      metadata: { x: [1] },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      correlation_id: 'mine-1',
      status: 'DONE',
      mode: 'MADRE',
      provider: 'fallback_local',
      degraded: false,
      error: null,
    });
    expect(fixture.heard.at(-1)).toMatchObject({
      source: 'intent',
      context: { x: [1], user_id: 'u', priority: 'P1' },
    });
    await send({ intent_type: 'plan', payload: { text: 'stop web' } });
    expect(fixture.heard.at(-1)).toMatchObject({ dry_run: true, message: 'stop web' });
  });

  test.each(['switch', 'spawner'])(
    'that needs %s while it sleeps gets a hint how to wake it',
    async (service) => {
      const { status, body } = await send({ text: 'x', require: { [service]: true } });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'ERROR',
        mode: 'FALLBACK',
        error: 'off_by_policy',
        response: {
          policy: 'SOLO_MADRE',
          required_service: service,
          hint: expect.stringContaining('/vx11/window/open'),
        },
      });
      expect(await fixture.store.intents.newestOf(body.correlation_id)).toMatchObject({
        actor: 'a operator',
        payload: { text: 'x', refused: 'off_by_policy', required_service: service },
      });
      expect((await fixture.get(`/vx11/result/${body.correlation_id}`)).body).toMatchObject({
        status: 'ERROR',
        mode: 'FALLBACK',
        error: 'off_by_policy',
      });
    },
  );

  test('with the spawner awake is a task: the text as it is', async () => {
    const lease = {
      window_id: 'window-00000001',
      host: 'box',
      service: 'spawner',
      deadline: null,
      is_open: true,
    };
    await fixture.store.leases.reserve('window-00000001', [lease], 1);
    const { body } = await send({ text: 'delete everything', require: { spawner: true } });
    expect(body).toMatchObject({ status: 'QUEUED', mode: 'SPAWNER', provider: 'spawner' });
    expect(fixture.heard.at(-1)).toMatchObject({ as_task: true, message: 'delete everything' });
    await send({ payload: { code: 'print(1)', task_type: 'python' }, priority: 'P0' });
    expect(fixture.heard.at(-1)).toMatchObject({
      as_task: true,
      message: 'print(1)',
      task_type: 'python',
      priority: 'P0',
    });
  });

  test.each([
    [{ payload: { text: 'x', lang: 'es', files: [] } }, /payload: .*"lang", "files"/],
    [{ payload: { code: 'x', task_type: 'perl' } }, /payload.task_type/],
    [{ text: 'x', payload: { task_type: 'python' } }, /payload.task_type: goes with/],
    [{ text: 'x', payload: { code: 'y' } }, /payload: give one of/],
    [{ payload: {} }, /text: give a text/],
  ])('%o is refused with a reason', async (body, detail) => {
    const before = fixture.heard.length;
    const { status, body: problem } = await send(body);
    expect([status, problem.error]).toEqual([422, 'invalid']);
    expect(problem.detail).toMatch(detail);
    expect(fixture.heard).toHaveLength(before);
  });

  test('is found again by its correlation id, by its plan, or not at all', async () => {
    const { plan } = await fixture.waiting({ correlation_id: 'asked-1' });
    for (const id of ['asked-1', plan.plan_id]) {
      expect((await fixture.get(`/vx11/result/${id}`)).body).toMatchObject({
        correlation_id: 'asked-1',
        status: 'WAITING',
        result: { plan_id: plan.plan_id },
      });
    }
    const waits = fixture.get('/vx11/result/asked-1?wait_seconds=10');
    await fixture.store.plans.change(plan.plan_id, (known) => ({
      plan: { ...known, status: 'DONE' },
      events: [],
    }));
    expect((await waits).body).toMatchObject({ status: 'DONE' });
    const unknown = await fixture.get('/vx11/result/never-asked');
    expect([unknown.status, unknown.body.error]).toEqual([404, 'result_not_found']);
  });

  test.each([
    ['just now is queued', 0, {}, { status: 'QUEUED', error: null }],
    ['as a dry run is done', 0, { dry_run: true }, { status: 'DONE', error: null }],
    ['before madre was killed gets no plan', 61_000, {}, { status: 'ERROR', error: 'not_planned' }],
  ])('without a plan, asked %s', async (_, ago, payload, expected) => {
    const intent_id = newId('intent');
    const from = { source: 'chat' as const, actor: 'a', session_id: null };
    const at = Date.now() - ago;
    const correlation_id = `of-${intent_id}`;
    await fixture.store.intents.append({ intent_id, at, correlation_id, payload, ...from }, []);
    const { body } = await fixture.get(`/vx11/result/${correlation_id}`);
    expect(body).toMatchObject({ ...expected, result: { intent_id } });
  });

  test('of a scanner has a result with its lane, and with the plan that madre made', async () => {
    const { rails, autonomy } = fixture.store;
    const result = async (id: string) => (await fixture.get(`/vx11/result/${id}`)).body;
    const found = (intent_type: string, correlation_id: string) =>
      fixture.post('/madre/intent', {
        type: 'incident',
        correlation_id,
        payload: { domain: 'db', intent_type },
      });
    await found('rain', 'scan-1');
    expect(await result('scan-1')).toMatchObject({ status: 'ERROR', error: 'lane_missing' });
    const { intent_id } = (await found('db_sanity', 'scan-2')).body;
    expect(await result('scan-2')).toMatchObject({ status: 'QUEUED' });
    const { plan } = await fixture.waiting({ correlation_id: 'autonomy-1' });
    const decision = aDecision({ decision_id: 'decision-1', action: 'wait', plan_id: null });
    await autonomy.decide(decision, []);
    await rails.claim([intent_id], 'decision-1', Date.now());
    expect(await result('scan-2')).toMatchObject({ status: 'RUNNING' });
    await autonomy.update('decision-1', { plan_id: plan.plan_id });
    expect(await result('scan-2')).toMatchObject({
      correlation_id: 'scan-2',
      status: 'WAITING',
      result: { plan_id: plan.plan_id },
    });
  });
});

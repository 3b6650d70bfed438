import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import type { Store } from '../../../store/index.ts';
import { aDecision } from '../../domain/autonomy/samples.ts';
import { aPlan, aStep } from '../../domain/plans/plan-samples.ts';
import { iso, minute, noon, person } from '../../domain/samples.ts';
import { aTask } from '../../domain/tasks/samples.ts';
import type { Backend } from '../backend.ts';
import type { StoreUnderTest } from './under-test.ts';

/** The views that people read with SQL: the same data in other columns. */
export function describeViews(under: () => StoreUnderTest): void {
  let store: Store;
  let backend: Backend;
  beforeAll(() => void ({ store, backend } = under()));

  const rows = (view: string, where: string) =>
    backend.read(`select * from ${view} where ${where}`);
  async function kept(change: Partial<PlanView> = {}, hash: string | null = null) {
    const plan = aPlan({ plan_id: newId('plan'), correlation_id: newId('run'), ...change });
    await store.plans.insert(
      plan,
      hash === null ? null : { confirm_hash: hash, lookup_hash: hash },
      [],
    );
    return plan;
  }
  const contextOf = async (id: string) =>
    Object.fromEntries(
      (await rows('context', `task_id = '${id}'`)).map(({ key, value }) => [key, value]),
    );

  describe('the view tasks', () => {
    test('shows a plan with its results, step by step', async () => {
      const { plan_id } = await kept({
        action: 'open_window',
        targets: ['web', 'db'],
        status: 'ERROR',
        started_at: iso(noon + 1),
        finished_at: iso(noon + 1234),
        error: { code: 'task_failed', detail: 'it’s "over"' },
        steps: [
          aStep({ status: 'DONE', result: { window_id: 'w' } }),
          aStep({ step_id: 's2', status: 'ERROR', result: { lost: 1 } }),
          aStep({ step_id: 's10', status: 'DONE', result: null }),
        ],
      });
      const [task, ...others] = await rows('tasks', `uuid = '${plan_id}'`);
      expect(others).toEqual([]);
      expect({ ...task, result: JSON.parse(task!['result'] as string) }).toEqual({
        uuid: plan_id,
        name: 'open_window web db',
        module: 'madre',
        action: 'open_window',
        status: 'ERROR',
        created_at: noon,
        updated_at: noon + 1234,
        result: { s1: { window_id: 'w' }, s10: null },
        error: 'task_failed: it’s "over"',
      });
    });

    test('shows a plan without results', async () => {
      const { plan_id } = await kept({ targets: [], steps: [] });
      expect(await rows('tasks', `uuid = '${plan_id}'`)).toMatchObject([
        { name: 'stop', status: 'PENDING', updated_at: noon, result: null, error: null },
      ]);
    });

    test('shows a spawned task, and how it ended', async () => {
      const { view, spec } = aTask({ name: null });
      await store.tasks.create(view, spec, []);
      const row = () => rows('tasks', `uuid = '${view.spawn_id}'`);
      expect(await row()).toEqual([
        {
          uuid: view.spawn_id,
          name: 'python',
          module: 'spawner',
          action: 'spawn',
          status: 'QUEUED',
          created_at: noon,
          updated_at: noon,
          result: null,
          error: null,
        },
      ]);
      const end = { state: 'failed', status: 'ERROR', exit_code: 3, cause: 'exit' } as const;
      const ended = {
        ...view,
        ...end,
        finished_at: iso(noon + minute),
        error: 'exit',
        detail: 'x',
      };
      await store.tasks.change(view.spawn_id, () => ({ view: ended, events: [] }));
      const [task] = await row();
      expect(task).toMatchObject({ status: 'ERROR', updated_at: noon + minute, error: 'exit: x' });
      expect(JSON.parse(task!['result'] as string)).toEqual({
        exit_code: 3,
        signal: null,
        cause: 'exit',
      });
    });
  });

  describe('the view context', () => {
    test('shows the inputs of a plan, and the chat about it', async () => {
      const session_id = newId('run');
      const plan = await kept({
        intent_id: 'intent-00000001',
        session_id,
        domain: 'general',
        reason: 'demo',
        steps: [aStep(), aStep({ step_id: 's10' }), aStep({ step_id: 's2' })],
      });
      const said = { message: 'hello', response: 'hi', status: 'DONE', intent_id: null } as const;
      await store.sessions.append(
        person('ada'),
        session_id,
        { at: noon + 5, actor: 'ada', ...said, plan_id: plan.plan_id },
        () => ({ mode: 'AUDIO_ENGINEER', topic: 'audio', summary: '' }),
      );
      const { 'madre:plan': steps, ...rest } = await contextOf(plan.plan_id);
      expect(rest).toEqual({
        'madre:intent_id': 'intent-00000001',
        'madre:mode': 'AUDIO_ENGINEER', // a chat keeps the mode of its session
        'madre:session_id': session_id,
        'madre:reason': 'demo',
        'madre:message': 'hello',
        'madre:response': 'hi',
      });
      expect(JSON.parse(steps as string)).toEqual([
        aStep(),
        aStep({ step_id: 's2' }),
        aStep({ step_id: 's10' }),
      ]);
      expect(
        await rows('context', `task_id = '${plan.plan_id}' and key = 'madre:message'`),
      ).toEqual([
        {
          task_id: plan.plan_id,
          key: 'madre:message',
          value: 'hello',
          scope: 'session',
          created_at: noon + 5,
        },
      ]);
    });

    test.each([
      ['audio', 'AUDIO_ENGINEER'],
      ['power', 'MADRE'],
      ['general', 'MADRE'],
    ])('shows the mode of %s: %s', async (domain, mode) => {
      const { plan_id } = await kept({ domain, session_id: null });
      expect(await contextOf(plan_id)).toMatchObject({ 'madre:mode': mode });
    });
  });

  describe('the view daughter_tasks', () => {
    const spawn = async (change: Parameters<typeof aTask>[0]) => {
      const { view, spec } = aTask(change);
      await store.tasks.create(view, spec, []);
      return view;
    };

    test('shows the tasks that a task started, and no task without a parent', async () => {
      const mother = await spawn({});
      const child = await spawn({
        parent_id: mother.spawn_id,
        name: 'sort',
        max_retries: 2,
        mutation_level: 1,
        metadata: { a: 1 },
      });
      expect(await rows('daughter_tasks', `id = '${mother.spawn_id}'`)).toEqual([]);
      const [row] = await rows('daughter_tasks', `id = '${child.spawn_id}'`);
      expect({ ...row, metadata_json: JSON.parse(row!['metadata_json'] as string) }).toEqual({
        id: child.spawn_id,
        parent_task_id: mother.spawn_id,
        intent_id: null,
        source: 'spawner',
        priority: 'P1',
        status: 'queued',
        task_type: 'python',
        description: 'sort',
        max_retries: 2,
        current_retry: 1,
        metadata_json: { a: 1 },
        plan_id: null,
        created_at: noon,
        updated_at: noon,
      });
    });

    test('shows the tasks that a plan started, and none that only claims so', async () => {
      const plan = await kept({ intent_id: 'intent-00000002', source: 'autonomous' });
      const { plan_id, correlation_id } = plan;
      const mine = await spawn({ metadata: { plan_id }, correlation_id });
      const foreign = await spawn({ metadata: { plan_id } });
      expect(await rows('daughter_tasks', `parent_task_id = '${plan_id}'`)).toMatchObject([
        { id: mine.spawn_id, intent_id: 'intent-00000002', source: 'autonomous', plan_id },
      ]);
      expect(await rows('daughter_tasks', `id = '${foreign.spawn_id}'`)).toEqual([]);
    });

    test('shows the intent of a scanner, and the plan for it', async () => {
      const { intent } = await store.rails.take(
        {
          intent_id: newId('intent'),
          at: noon,
          source: 'hormiguero',
          actor: 'scanner',
          type: 'incident',
          domain: 'structure',
          intent_type: 'fs_drift',
          urgency: 'high',
          payload_json: JSON.stringify({ summary: 'two files more' }),
          correlation_id: newId('run'),
        },
        () => ({ type: 'rails.routed', at: noon, actor: 'scanner' }),
      );
      expect(await rows('daughter_tasks', `id = '${intent.intent_id}'`)).toMatchObject([
        {
          intent_id: intent.intent_id,
          source: 'hormiguero',
          priority: 'P0',
          status: 'waiting',
          task_type: 'structure/fs_drift',
          description: 'two files more',
          plan_id: null,
        },
      ]);
      const decision = aDecision({ at: iso(noon + 7) });
      await store.autonomy.decide(decision, []);
      await store.autonomy.update(decision.decision_id, { plan_id: 'plan-00000009' });
      await store.rails.claim([intent.intent_id], decision.decision_id, noon);
      expect(await rows('daughter_tasks', `id = '${intent.intent_id}'`)).toMatchObject([
        { status: 'taken', plan_id: 'plan-00000009', created_at: noon, updated_at: noon + 7 },
      ]);
    });
  });

  test('no view shows a token, its hash, or the code of a task', async () => {
    const { view, spec } = aTask({ parent_id: null });
    await store.tasks.create(view, { ...spec, env: { PASSWORD: 'in-the-environment' } }, []);
    await kept({ status: 'WAITING' }, 'hash-of-a-confirm-token');
    const params = { task_type: 'python', code: 'print("of a step")', ttl_seconds: 60 } as const;
    const step = aStep({ type: 'SPAWN', params });
    const { plan_id } = await kept({ steps: [step] });
    const { 'madre:plan': steps } = await contextOf(plan_id);
    const { code: _, ...shown } = params;
    expect(JSON.parse(steps as string)).toEqual([{ ...step, params: shown }]);
    for (const name of ['tasks', 'context', 'daughter_tasks']) {
      const text = JSON.stringify(await backend.read(`select * from ${name}`));
      expect(text).not.toContain('hash-of-a-confirm-token');
      expect(text).not.toContain('in-the-environment');
      expect(text).not.toContain('print(1)');
      expect(text).not.toContain('of a step');
    }
  });

  test('one row that a database cannot parse leaves the others readable', async () => {
    const { plan_id } = await kept({ reason: 'NUL \0 and half a character \ud800' });
    expect(await rows('tasks', `uuid = '${plan_id}'`)).toMatchObject([{ status: 'PENDING' }]);
    expect((await backend.read('select key from context')).length).toBeGreaterThan(5);
    expect((await backend.read('select id from daughter_tasks')).length).toBeGreaterThan(2);
  });
}

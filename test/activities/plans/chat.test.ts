import { person } from '../../domain/samples.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noLlm, type Llm } from '../../../activities/providers/language-models.ts';
import { createChat } from '../../../activities/plans/chat.ts';
import { createPlanEventBus } from '../../../activities/plans/plan-event-bus.ts';
import type { PlanDeps } from '../../../activities/plans/ports.ts';
import type { ChatPart, MadreChatCall } from '../../../contracts/chat.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import type { Store } from '../../../store/index.ts';
import { startPlans, type PlanFixture } from './fixture.ts';

let fixture: PlanFixture;
let store: Store;
let deps: PlanDeps;
beforeEach(async () => {
  fixture = await startPlans();
  ({ store, deps } = fixture);
});
afterEach(() => fixture.close());

describe('a chat', () => {
  const say = (message: string, change: Partial<MadreChatCall> = {}): MadreChatCall => ({
    source: 'chat',
    actor: 'ada',
    scope: 'operator',
    correlation_id: 'c-2',
    message,
    session_id: 'desk',
    context: {},
    dry_run: false,
    require_reasoning: false,
    as_task: false,
    ...change,
  });

  test('handles concurrent messages in the order in which they were sent', async () => {
    const chat = createChat({ ...deps, llm: noLlm, eventBus: createPlanEventBus() });
    const messages = Array.from({ length: 8 }, (_, n) => `status ${n}`);
    await Promise.all(messages.map((message) => chat(say(message))));
    const session = await store.sessions.find(person('ada'), 'desk');
    expect(session?.messages.map(({ message }) => message)).toEqual(messages);
    expect(await store.intents.newest()).toBe(8);
  });

  test('remembers the engineer, answers talk, and answers within its time limit', async () => {
    const eventBus = createPlanEventBus();
    const chat = createChat({ ...deps, llm: noLlm, eventBus });
    expect(await chat(say('mix the drums'))).toMatchObject({ mode: 'AUDIO_ENGINEER' });
    expect(await chat(say('thank you'))).toMatchObject({ mode: 'AUDIO_ENGINEER', status: 'DONE' });
    const opening = await chat(say('open web'));
    expect(opening).toMatchObject({
      status: 'WAITING',
      mode: 'MADRE',
      warnings: ['still_running'],
    });
    expect(opening.confirm_token).toBeUndefined();
  });

  test('that cannot start in time is logged and answered as busy without a plan, and the next one gets its turn', async () => {
    const first = Promise.withResolvers<void>();
    const runs = deps.runs();
    const start = (plan: PlanView) => first.promise.then(() => runs.start(plan));
    const eventBus = createPlanEventBus();
    const chat = createChat({ ...deps, runs: () => ({ ...runs, start }), llm: noLlm, eventBus });
    const slow = chat(say('open web'));
    const racing = chat(say('abre db', { correlation_id: 'c-busy' }));
    const reply = await racing;
    expect(reply).toMatchObject({
      status: 'ERROR',
      error: 'session_busy',
      warnings: ['session_busy'],
      plan_id: null,
      response: expect.stringContaining('no se empezó nada'),
    });
    const logged = await store.intents.newestOf('c-busy');
    expect(logged).toMatchObject({
      intent_id: reply.intent_id,
      payload: { text: 'abre db', refused: 'session_busy' },
    });
    first.resolve();
    await slow;
    await chat(say('status'));
    expect(fixture.started).toHaveLength(1);
    const session = await store.sessions.find(person('ada'), 'desk');
    expect(session?.messages.map(({ message }) => message)).toEqual(['open web', 'status']);
  });

  test('that starts late is understood by rules, in the time that is left', async () => {
    let asked = 0;
    const llm: Llm = {
      provider: 'fake',
      model: 'small',
      ask: async () => {
        asked += 1;
        await sleep(2000);
        return { ok: false, error: 'timeout', detail: 'late' };
      },
    };
    const chat = createChat({ ...deps, llm, eventBus: createPlanEventBus() });
    const [, second] = await Promise.all([chat(say('status')), chat(say('status of web'))]);
    expect(second).toMatchObject({ status: 'DONE', degraded: true, targets: ['web'] });
    expect(asked).toBe(1);
  });

  test.each([
    ['stop db and open web', /one order at a time/],
    ['para db y abre web', /Pide una cosa cada vez/],
  ])('with two orders carries out neither: %s', async (text, asks) => {
    const chat = createChat({ ...deps, llm: noLlm, eventBus: createPlanEventBus() });
    const said = await chat(say(text));
    expect(said.response).toMatch(asks);
    expect(said).toMatchObject({ status: 'DONE', warnings: ['several_things_asked'] });
    expect([said.actions.map(({ type }) => type), fixture.started]).toEqual([['NOOP'], []]);
  });

  test('streams the steps of its own plan, and none after its answer', async () => {
    const eventBus = createPlanEventBus();
    const plans: PlanView[] = [];
    const runs = deps.runs();
    const start = async (plan: PlanView): Promise<void> => {
      plans.push(plan);
      const step = plan.steps[0]!;
      // the run is faster than the call that starts it
      eventBus.step(plan, { ...step, status: 'RUNNING' });
      eventBus.step({ ...plan, intent_id: 'intent-00000000' }, { ...step, status: 'DONE' });
      eventBus.step(plan, {
        ...step,
        status: 'ERROR',
        error: { code: 'unhealthy', detail: 'never' },
      });
      eventBus.end({ ...plan, status: 'ERROR' });
    };
    const chat = createChat({ ...deps, runs: () => ({ ...runs, start }), llm: noLlm, eventBus });
    const parts: ChatPart[] = [];
    const onPart = (part: ChatPart): void => void parts.push(part);
    const { plan_id } = await chat(say('open web'), onPart);
    const step = { plan_id, step_id: 's1', type: 'OPEN_WINDOW' };
    const both = [
      { event: 'step', data: { ...step, status: 'RUNNING', error: null } },
      { event: 'step', data: { ...step, status: 'ERROR', error: 'unhealthy' } },
    ];
    expect(parts).toEqual(both);
    eventBus.step(plans[0]!, { ...plans[0]!.steps[0]!, status: 'UNDONE' });
    await chat(say('open web', { dry_run: true }), onPart);
    await chat(say('status'), onPart);
    expect(parts).toEqual(both);
    await chat(say('open web'));
    expect(plans).toHaveLength(2);
  });

  test('that is a task becomes that task, word for word', async () => {
    const chat = createChat({ ...deps, llm: noLlm, eventBus: createPlanEventBus() });
    const said = await chat(say('echo hi; rm -rf /', { as_task: true, dry_run: true }));
    expect(said.actions).toMatchObject([
      { type: 'SPAWN', params: { code: 'echo hi; rm -rf /', task_type: 'shell' } },
    ]);
    const wanted = { as_task: true, task_type: 'python', priority: 'P0', dry_run: true } as const;
    expect((await chat(say('print(1)', wanted))).actions).toMatchObject([
      { type: 'SPAWN', params: { code: 'print(1)', task_type: 'python', priority: 'P0' } },
    ]);
    const spoken = await chat(say('run `uptime`', { priority: 'P2', dry_run: true }));
    expect(spoken.actions).toMatchObject([{ params: { code: 'uptime', priority: 'P2' } }]);
  });
});

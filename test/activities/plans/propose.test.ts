import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noLlm } from '../../../activities/llm.ts';
import { createChat } from '../../../activities/plans/chat.ts';
import { control } from '../../../activities/plans/control.ts';
import { createPlanNews } from '../../../activities/plans/plan-news.ts';
import type { PlanDeps, PlanRuns } from '../../../activities/plans/ports.ts';
import { propose, proposePlan } from '../../../activities/plans/propose.ts';
import { createPlanRound } from '../../../activities/plans/round.ts';
import type { ChatPart, MadreChatCall } from '../../../contracts/chat.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { planView, type PlanView } from '../../../contracts/plan.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { anIntent } from '../../domain/plan-samples.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';

let folder: string;
let store: Store;
let now: number;
let started: string[];
let away: boolean;
let lost: boolean;
let deps: PlanDeps;

const never = () => Promise.reject(new Error('not here'));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-propose-'));
  store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  const confirm = { quorum: 2, no_self_approval: true, expires_ms: 60_000 };
  await store.services.saveCatalog({ ...catalog([aService('web'), aService('db')]), confirm }, []);
  [now, started, away, lost] = [Date.now(), [], false, false];
  const runs: PlanRuns = {
    start: async ({ plan_id }) => {
      if (away) throw new VX11Error('temporal_unavailable', 'away');
      started.push(plan_id);
    },
    runs: async () => !lost,
    openWindow: never,
    closeWindow: never,
    releaseService: never,
  };
  deps = {
    store,
    clock: () => now,
    log: pino({ level: 'silent' }),
    runs: () => runs,
    spawner: null,
    roles: {},
  };
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const from = {
  source: 'autonomous',
  actor: 'autonomy',
  reason: null,
  correlation_id: 'c-1',
} as const;
const wish = (text: string) => ({ ...from, intent: anIntent(text) });

describe('a proposal', () => {
  test('that only looks is carried out at once, without a run', async () => {
    const plan = await proposePlan(deps, wish('status of web'));
    expect(plan).toMatchObject({
      status: 'DONE',
      steps: [{ status: 'DONE', result: { healthy: true } }],
    });
    expect(started).toEqual([]);
    expect(await store.plans.find(plan.plan_id)).toEqual(plan);
    expect(await store.plans.unstarted(now + 1)).toEqual([]);
  });

  test('of LOW risk runs; of more it waits, whoever proposes, and nobody is given a token for it', async () => {
    const low = await proposePlan(deps, wish('open web'));
    expect(low).toMatchObject({ status: 'PENDING', risk: 'LOW', confirmation: null });
    const high = await proposePlan(deps, wish('stop web'));
    expect(high).toMatchObject({
      status: 'WAITING',
      confirmation: { quorum: 2, no_self_approval: true },
    });
    expect(JSON.stringify(high)).not.toContain('token');
    const med = await proposePlan(deps, wish('restart web'));
    expect(med).toMatchObject({
      risk: 'MED',
      confirmation: { quorum: 1, no_self_approval: false },
    });
    expect(started).toEqual([low.plan_id, high.plan_id, med.plan_id]);
    expect((await store.intents.newestOf('c-1'))?.source).toBe('autonomous');
  });

  test('that cannot be is written down as what it is', async () => {
    const plan = await proposePlan(deps, wish('open redis'));
    expect(plan).toMatchObject({
      status: 'ERROR',
      steps: [],
      error: { code: 'service_not_allowed' },
    });
    expect(await store.plans.find(plan.plan_id)).toEqual(plan);
  });

  test('that nothing could show again is refused before it is written down', async () => {
    const params = { window_ids: [], services: ['my db'] };
    const plan = await proposePlan(deps, { ...from, steps: [{ type: 'CLOSE_WINDOW', params }] });
    expect(plan).toMatchObject({ status: 'ERROR', steps: [], error: { code: 'invalid' } });
    expect(planView.parse(await store.plans.find(plan.plan_id))).toEqual(plan);
  });

  test('that is only shown leaves nothing but that it was asked', async () => {
    const { plan, confirm_token } = await propose(deps, { ...wish('stop web'), dry_run: true });
    expect([plan.status, confirm_token]).toEqual(['WAITING', null]);
    expect(await store.plans.find(plan.plan_id)).toBeNull();
    expect(started).toEqual([]);
  });

  test('while Temporal is away is given up where it would run at once, and kept where it waits', async () => {
    away = true;
    expect(await proposePlan(deps, wish('open web'))).toMatchObject({
      status: 'ERROR',
      error: { code: 'temporal_unavailable' },
      steps: [{ status: 'SKIPPED' }],
    });
    const waits = await proposePlan(deps, wish('stop web'));
    expect(waits.status).toBe('WAITING');
    const round = createPlanRound(deps);
    now += 5000;
    await expect(round()).rejects.toThrow('away');
    away = false;
    await round();
    await round();
    expect(started).toEqual([waits.plan_id]);
  });
});

describe('a round', () => {
  test('starts what a crash left, unless nobody wants it any more', async () => {
    const { plan } = await propose(deps, wish('open web'));
    const young = { ...plan, plan_id: 'plan-00000000000000aa' };
    const old = {
      ...plan,
      plan_id: 'plan-00000000000000bb',
      created_at: new Date(now - 61_000).toISOString(),
    };
    started.length = 0;
    for (const each of [young, old]) await store.plans.insert(each, null, []);
    const round = createPlanRound(deps);
    await round();
    expect([started, (await store.plans.find(old.plan_id))?.status]).toEqual([[], 'ERROR']);
    now += 4000;
    await round();
    expect(started).toEqual([young.plan_id]);
  });

  test('ends what Temporal has lost', async () => {
    const waits = await proposePlan(deps, wish('stop web'));
    lost = true;
    const round = createPlanRound(deps);
    await round();
    expect((await store.plans.find(waits.plan_id))?.status).toBe('WAITING');
    now += 31_000;
    await round();
    expect(await store.plans.find(waits.plan_id)).toMatchObject({
      status: 'REJECTED',
      error: { code: 'run_lost' },
    });
  });
});

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

  test('has its turns in the order in which they were said, also where they race', async () => {
    const chat = createChat({ ...deps, llm: noLlm, news: createPlanNews() });
    const messages = Array.from({ length: 8 }, (_, n) => `status ${n}`);
    await Promise.all(messages.map((message) => chat(say(message))));
    const session = await store.sessions.find('ada', 'desk');
    expect(session?.messages.map(({ message }) => message)).toEqual(messages);
    expect(await store.intents.newest()).toBe(8);
  });

  test('remembers the engineer, answers talk, and waits no longer than it may', async () => {
    const news = createPlanNews();
    const chat = createChat({ ...deps, llm: noLlm, news });
    expect(await chat(say('mix the drums'))).toMatchObject({ mode: 'AUDIO_ENGINEER' });
    expect(await chat(say('thank you'))).toMatchObject({ mode: 'AUDIO_ENGINEER', status: 'DONE' });
    const began = performance.now();
    const opening = await chat(say('open web'));
    expect(performance.now() - began).toBeLessThan(3000);
    expect(opening).toMatchObject({
      status: 'WAITING',
      mode: 'MADRE',
      warnings: ['still_running'],
    });
    expect(opening.confirm_token).toBeUndefined();
  });

  test.each([
    ['stop db and open web', /one thing at a time/],
    ['para db y abre web', /Pide una cosa cada vez/],
  ])('that asks for two things does none of them: %s', async (text, asks) => {
    const chat = createChat({ ...deps, llm: noLlm, news: createPlanNews() });
    const said = await chat(say(text));
    expect(said.response).toMatch(asks);
    expect(said).toMatchObject({ status: 'DONE', warnings: ['several_things_asked'] });
    expect([said.actions.map(({ type }) => type), started]).toEqual([['NOOP'], []]);
  });

  test('tells the steps of its plan while it waits for it, none of others, and none after its answer', async () => {
    const news = createPlanNews();
    const plans: PlanView[] = [];
    const runs = deps.runs();
    const start = async (plan: PlanView): Promise<void> => {
      plans.push(plan);
      const step = plan.steps[0]!;
      // the run is faster than whoever started it
      news.step(plan, { ...step, status: 'RUNNING' });
      news.step({ ...plan, intent_id: 'intent-00000000' }, { ...step, status: 'DONE' });
      news.step(plan, { ...step, status: 'ERROR', error: { code: 'unhealthy', detail: 'never' } });
      news.tell({ ...plan, status: 'ERROR' });
    };
    const chat = createChat({ ...deps, runs: () => ({ ...runs, start }), llm: noLlm, news });
    const told: ChatPart[] = [];
    const tell = (part: ChatPart): void => void told.push(part);
    const { plan_id } = await chat(say('open web'), tell);
    const step = { plan_id, step_id: 's1', type: 'OPEN_WINDOW' };
    const both = [
      { event: 'step', data: { ...step, status: 'RUNNING', error: null } },
      { event: 'step', data: { ...step, status: 'ERROR', error: 'unhealthy' } },
    ];
    expect(told).toEqual(both);
    news.step(plans[0]!, { ...plans[0]!.steps[0]!, status: 'UNDONE' });
    await chat(say('open web', { dry_run: true }), tell);
    await chat(say('status'), tell);
    expect(told).toEqual(both);
    await chat(say('open web'));
    expect(plans).toHaveLength(2);
  });

  test('with a task is the task as it is written', async () => {
    const chat = createChat({ ...deps, llm: noLlm, news: createPlanNews() });
    const said = await chat(say('echo hi; rm -rf /', { as_task: true, dry_run: true }));
    expect(said.actions).toMatchObject([
      { type: 'SPAWN', params: { code: 'echo hi; rm -rf /', task_type: 'shell' } },
    ]);
  });
});

describe('control', () => {
  const call = (target: string, action: string, host: string | null = null) =>
    control(deps, {
      actor: 'ada',
      scope: 'operator',
      correlation_id: 'c-3',
      target,
      action,
      host,
      ttl_seconds: 60,
      reason: 'r',
    });
  test.each([
    ['start', 'OPEN_WINDOW', 'LOW'],
    ['open_window', 'OPEN_WINDOW', 'LOW'],
    ['stop', 'CLOSE_WINDOW', 'HIGH'],
    ['kill', 'CLOSE_WINDOW', 'HIGH'],
    ['restart', 'CLOSE_WINDOW', 'MED'],
    ['status', 'SYSTEM_HEALTHCHECK', 'LOW'],
    ['close', 'NOOP', 'LOW'],
  ])('%s becomes %s of %s risk', async (action, type, risk) => {
    const { plan, confirm_token, refused } = await call('web', action);
    expect(refused).toBeNull();
    expect(plan).toMatchObject({
      risk,
      steps: expect.arrayContaining([expect.objectContaining({ type })]),
    });
    expect(confirm_token === null).toBe(risk === 'LOW');
  });
  test('of a host that is not there is a plan that cannot be', async () => {
    const { plan } = await call('web', 'start', 'mars');
    expect(plan).toMatchObject({ status: 'ERROR', error: { code: 'service_not_allowed' } });
    expect(plan!.error!.detail).toContain('mars is no host here');
  });
  test.each([
    ['web', 'dance'],
    ['mystery', 'stop'],
  ])('of %s: %s is refused', async (target, action) => {
    expect(await call(target, action)).toMatchObject({ plan: null, refused: expect.any(String) });
  });
  test('of madre is HIGH, and waits', async () => {
    expect((await call('madre', 'stop')).plan).toMatchObject({ status: 'WAITING', risk: 'HIGH' });
  });
});

import type { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlanView } from '../../../contracts/plan.ts';
import { isRead } from '../../../domain/plans/risk.ts';
import { tools } from '../../../gateway/mcp/tools/index.ts';
import { plenty } from '../fixture.ts';
import { startMcpFixture, textOf, type McpFixture } from './mcp-fixture.ts';

let fixture: McpFixture;
let client: Client;
let webWindow: string;
beforeEach(async () => {
  fixture = await startMcpFixture({ config: { limits: { ...plenty, proposalsPerToken: 30 } } });
  await fixture.open();
  webWindow = await fixture.open('web');
  client = await fixture.connect();
});
afterEach(() => fixture.close());

const reason = 'to look at the logs of web';
const call = (name: string, args: object, of = client) =>
  of.callTool({ name, arguments: args as Record<string, unknown> });
const planOf = async (name: string, args: object, of = client): Promise<PlanView> => {
  const result = await call(name, args, of);
  expect(result.isError, textOf(result)).toBeFalsy();
  const { plan_id } = result.structuredContent as { plan_id: string };
  return (await fixture.store.plans.find(plan_id))!;
};
const code = 'print(1)';
const asks = (): [string, object][] => [
  ['vx11_open_window', { services: ['db'], ttl_seconds: 600, reason }],
  ['vx11_close_window', { window_ids: [webWindow], reason }],
  ['vx11_stop_service', { service: 'web', reason }],
  ['vx11_restart_service', { service: 'web', reason }],
  [
    'vx11_run_task',
    { task_type: 'python', code, reason, args: ['a'], stdin: 'b', max_memory_mb: 64 },
  ],
];

describe('what a tool asks for', () => {
  test('is a plan that waits, with only the steps that the tool declares', async () => {
    for (const [name, args] of asks()) {
      const plan = await planOf(name, args);
      expect(plan, name).toMatchObject({
        status: 'WAITING',
        source: 'mcp',
        via: { tool: name, client: expect.any(String) },
        confirmation: { no_self_approval: true, approvals: [] },
      });
      const tool = tools.find((one) => one.name === name)!;
      const own = new Set(
        plan.steps.flatMap((step) => (step.type === 'OPEN_WINDOW' ? step.params.window_id : [])),
      );
      // a task's own window opens and closes around it
      const foreign = plan.steps.filter((step) =>
        step.type === 'CLOSE_WINDOW'
          ? !step.params.window_ids.every((id) => own.has(id))
          : step.type !== 'OPEN_WINDOW' || tool.name === 'vx11_open_window',
      );
      expect(
        foreign.map(({ type }) => type),
        name,
      ).toEqual(tool.steps);
      expect(foreign.some(isRead)).toBe(false);
    }
    expect(await fixture.store.plans.counts()).toEqual({ WAITING: 5 });
    expect(fixture.said).toEqual([]);
  });

  test('has the risk of its steps: HIGH for a stop, MED for a restart', async () => {
    const risks = [];
    for (const [name, args] of asks()) risks.push((await planOf(name, args)).risk);
    expect(risks).toEqual(['LOW', 'LOW', 'HIGH', 'MED', 'LOW']);
  });

  test('runs code without network, environment, callback or egress', async () => {
    const plan = await planOf(...asks()[4]!);
    const task = plan.steps.find(({ type }) => type === 'SPAWN')!;
    expect(task.params).toEqual({
      task_type: 'python',
      code,
      ttl_seconds: 300,
      args: ['a'],
      stdin: 'b',
      max_memory_mb: 64,
    });
  });

  test('says what to do next, and holds nothing that confirms it', async () => {
    const result = await call(...asks()[2]!);
    const { plan_id } = result.structuredContent as { plan_id: string };
    expect(textOf(result)).toMatch(/^Nothing was done yet\. plan-/);
    expect(textOf(result)).toContain(`vx11 plan confirm ${plan_id}`);
    expect(JSON.stringify(result)).not.toMatch(/confirm_token|plan_hash/);
    expect(await fixture.store.plans.confirmHash(plan_id)).toBeNull();
  });

  test('is one plan for ten clients with one token at once, and for a repeated request_id', async () => {
    const [name, args] = asks()[0]!;
    const { token } = await fixture.named('codex ada', 'agent');
    const clients = await Promise.all(Array.from({ length: 10 }, () => fixture.connect({ token })));
    const plans = await Promise.all(clients.map((one) => planOf(name, args, one)));
    expect(new Set(plans.map(({ plan_id }) => plan_id)).size).toBe(1);
    const again = { ...args, ttl_seconds: 60, request_id: 'r-1' };
    const first = await planOf(name, again);
    expect((await planOf(name, again)).plan_id).toBe(first.plan_id);
  });

  test('is refused with the sixth that waits, and possible after one was taken back', async () => {
    for (const [name, args] of asks()) await planOf(name, args);
    const more = { services: ['db'], ttl_seconds: 60, reason };
    const refused = await call('vx11_open_window', more);
    expect(textOf(refused)).toMatch(/^too_many_waiting: .*Next: call vx11_withdraw_plan/);
    const { plans } = await fixture.store.plans.list({ limit: 1, status: 'WAITING' });
    const { plan_id } = plans[0]!;
    const taken = await call('vx11_withdraw_plan', { plan_id });
    expect(taken.structuredContent).toMatchObject({ plan_id, status: 'CANCELLED' });
    expect((await call('vx11_withdraw_plan', { plan_id })).isError).toBeFalsy();
    expect((await call('vx11_open_window', more)).isError).toBeFalsy();
  });

  test('is not asked again after a person said no', async () => {
    const [name, args] = asks()[0]!;
    const { plan_id } = await planOf(name, args);
    expect((await fixture.post(`/madre/plans/${plan_id}/reject`, {})).status).toBe(200);
    expect(textOf(await call(name, args))).toMatch(/^recently_rejected: /);
  });

  test('is at most 30 a minute', async () => {
    const last = [];
    for (let n = 0; n < 31; n += 1) {
      last.push(await call('vx11_open_window', { services: ['nope'], ttl_seconds: 1, reason }));
    }
    // names are looked up before anything is counted
    expect(textOf(last[30]!)).toMatch(/^service_not_allowed: .*spawner/);
    for (let n = 0; n < 30; n += 1) await call('vx11_withdraw_plan', { plan_id: 'plan-00000000' });
    const over = await call(...asks()[0]!);
    expect(textOf(over)).toMatch(/^too_many_requests: .*retry_after_seconds: \d+/);
  });
});

describe('an agent alone', () => {
  test('withdraws no plan of others, nor one that was decided', async () => {
    const theirs = await fixture.waiting({ actor: 'ben' }, 'token-00000009');
    const refused = await call('vx11_withdraw_plan', { plan_id: theirs.plan.plan_id });
    expect(textOf(refused)).toMatch(/^plan_not_found/);
    const { plan_id } = await planOf(...asks()[0]!);
    await fixture.store.plans.change(plan_id, (plan) => ({
      plan: { ...plan, status: 'RUNNING' },
      events: [],
    }));
    expect(textOf(await call('vx11_withdraw_plan', { plan_id }))).toMatch(/^plan_ended/);
    expect((await fixture.store.plans.find(plan_id))!.status).toBe('RUNNING');
  });

  test('gets no more by the token of an operator or an admin, who cannot confirm what it asked', async () => {
    const { token } = await fixture.named('dora', 'operator');
    const mine = await fixture.connect({ token });
    const plan = await planOf(...asks()[2]!, mine);
    expect(plan.status).toBe('WAITING');
    const path = `/madre/plans/${plan.plan_id}`;
    const renewed = await fixture.post(`${path}/token`, { plan_hash: plan.plan_hash }, token);
    const body = { confirm_token: renewed.body.confirm_token };
    expect(await fixture.post(`${path}/confirm`, body, token)).toMatchObject({
      body: { error: 'self_approval' },
    });
    expect(await fixture.post(`${path}/confirm`, body)).toMatchObject({
      body: { status: 'confirmed' },
    });
  });

  test('changes nothing through the other routes', async () => {
    const token = await fixture.token('agent');
    const tries: [string, object][] = [
      ['/vx11/window/open', { target: 'db', ttl_seconds: 60 }],
      ['/vx11/spawn', { task_type: 'shell', code: 'true' }],
      ['/madre/chat', { message: 'open db' }],
      ['/madre/control', { target: 'db', action: 'open' }],
      ['/vx11/intent', { text: 'open db' }],
      ['/operator/power/service/db/start', {}],
    ];
    for (const [path, body] of tries) {
      expect(await fixture.post(path, body, token), path).toMatchObject({
        status: 403,
        body: { error: 'scope' },
      });
    }
  });

  test('is refused with scope by every route that changes something', async () => {
    const token = await fixture.token('agent');
    const { body: document } = await fixture.get('/openapi.json');
    const changing = Object.entries(document.paths as Record<string, object>).flatMap(
      ([path, methods]) =>
        Object.keys(methods)
          .filter((method) => /^(post|put|patch|delete)$/.test(method))
          .map((method) => [method.toUpperCase() as 'POST', path] as const),
    );
    expect(changing.length).toBeGreaterThan(30);
    const others: string[] = [];
    for (const [method, path] of changing) {
      const url = path.replaceAll(/\{\w+\}/g, 'web');
      const headers = { 'x-vx11-token': token };
      const answer = await fixture.inject({ method, url, headers, payload: {} });
      if (!/"error": ?"scope"|"code": ?"permission_denied"/.test(answer.body))
        others.push(`${method} ${path}`);
    }
    // the agent's own doors, sessions of a browser with the rights of its token, and what only computes and sends nothing
    expect(others.toSorted()).toEqual([
      'DELETE /vx11/session',
      'POST /manifestator/builder/spec',
      'POST /manifestator/dsl/simulate/{dsl_id}',
      'POST /manifestator/patchplan',
      'POST /manifestator/validate',
      'POST /mcp',
      'POST /mcp/chat',
      'POST /switch/decisions/{decision_id}/replay',
      'POST /v1/messages/count_tokens',
      'POST /vx11/session',
      'POST /vx11/session/links',
    ]);
  });

  test('with a viewer’s token or read_only has no tool that asks, by name either', async () => {
    const connections = [
      await fixture.connect({ scope: 'viewer' }),
      await fixture.connect({ query: '?read_only=1' }),
      await fixture.connect({ query: '?read_only=1', era: 'legacy' }),
    ];
    for (const one of connections) {
      for (const [name, args] of asks()) {
        expect(textOf(await call(name, args, one)), name).toMatch(/^scope: /);
      }
    }
    expect(await fixture.store.plans.counts()).toEqual({});
  });
});

describe('a preview', () => {
  test('shows the plan and leaves nothing', async () => {
    const before = await fixture.store.events.newest();
    const shown = await call('vx11_preview', { action: 'stop', services: ['web'] });
    expect(shown.structuredContent).toMatchObject({ preview: true, risk: 'HIGH' });
    expect(textOf(shown)).not.toContain('plan confirm');
    expect(await fixture.store.plans.counts()).toEqual({});
    expect(await fixture.store.events.newest()).toBe(before);
  });
});

describe('talk', () => {
  test('answers a question, and what would change something waits', async () => {
    const status = await call('vx11_ask', { message: 'status of web' });
    expect(status.structuredContent).toMatchObject({ status: 'DONE', plan: null });
    const asked = await call('vx11_ask', { message: 'open db for 5 minutes because tests' });
    expect(asked.structuredContent).toMatchObject({ plan: { status: 'WAITING', source: 'mcp' } });
    expect(JSON.stringify(asked)).not.toContain('confirm_token');
  });
});

test('two people who confirm one plan at once start it once', async () => {
  const { plan_id, plan_hash } = await planOf(...asks()[0]!);
  const people = [await fixture.named('eva', 'operator'), await fixture.named('finn', 'operator')];
  const path = `/madre/plans/${plan_id}`;
  const { body } = await fixture.post(`${path}/token`, { plan_hash });
  const answers = await Promise.all(
    people.map(({ token }) =>
      fixture.post(`${path}/confirm`, { confirm_token: body.confirm_token }, token),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  expect((await fixture.store.plans.find(plan_id))!.confirmation!.approvals).toHaveLength(1);
});

describe('what is kept for the audit', () => {
  const line = () =>
    fixture.log
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .findLast(({ msg }) => msg === 'an agent called a tool');

  test('is the tool, the client, the digest of the arguments, the outcome and the plan of each call', async () => {
    const plans = [...asks().slice(1), ['vx11_ask', { message: 'open db for an hour' }] as const];
    for (const [name, args] of plans) {
      const { structuredContent } = await call(name, args);
      const data = structuredContent as { plan_id?: string; plan?: { plan_id: string } };
      const plan_id = data.plan_id ?? data.plan?.plan_id;
      expect(plan_id, name).toMatch(/^plan-/);
      expect(line()).toMatchObject({
        tool: name,
        client: 'a test',
        arguments_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        outcome: 'ok',
        plan_id,
      });
    }
    await call('vx11_plan', { plan_id: 'plan-0000000000000000' });
    expect(line()).toMatchObject({ outcome: 'plan_not_found' });
  });

  test.each([
    ['vx11_ask', 'a test'],
    ['POST /mcp/chat', null],
  ])('of a sentence by %s is with its plan and in the log of intents', async (tool, name) => {
    const message = 'open db for 5 minutes';
    if (tool === 'vx11_ask') await call(tool, { message });
    else await fixture.post('/mcp/chat', { message, require_action: true }, fixture.operator);
    const { plans } = await fixture.store.plans.list({ limit: 1, status: 'WAITING' });
    expect(plans[0]).toMatchObject({ source: 'mcp', via: { tool, client: name } });
    const { payload } = (await fixture.store.intents.find(plans[0]!.intent_id!))!;
    const arguments_sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(payload).toMatchObject({ text: message, via: { tool, client: name, arguments_sha256 } });
  });
});

test('a preview of a task is what the tool then asks for', async () => {
  const args = { task_type: 'python', code };
  const preview = await call('vx11_preview', { action: 'run_task', ...args });
  const { steps } = preview.structuredContent as { steps: { type: string; params: object }[] };
  const plan = await planOf('vx11_run_task', { ...args, reason });
  const ofTask = plan.steps.find(({ type }) => type === 'SPAWN')!;
  expect(steps.find(({ type }) => type === 'SPAWN')!.params).toMatchObject({
    ttl_seconds: (ofTask.params as { ttl_seconds: number }).ttl_seconds,
  });
});

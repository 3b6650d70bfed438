import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { PlanView } from '../../../contracts/plan.ts';
import { startMcpFixture, textOf, type McpFixture } from './mcp-fixture.ts';
import { callModern } from './raw-call.ts';

let fixture: McpFixture;
let mcpWindow: string;
/** A token whose program an admin allowed to confirm. */
let trusted: { token: string; id: string };
let plain: { token: string; id: string };
beforeEach(async () => {
  fixture = await startMcpFixture();
  mcpWindow = await fixture.open();
  await fixture.open('web');
  trusted = await fixture.named('codex ada', 'agent', { confirms: 'in_client' });
  plain = await fixture.named('cursor ben', 'agent');
});
afterEach(() => fixture.close());

interface Form {
  message: string;
  requestedSchema: { properties: Record<string, object>; required?: string[] };
}
type Answer = {
  action: 'accept' | 'decline' | 'cancel';
  content?: Record<string, string | boolean>;
};
type Answers = (form: Form, words: string) => Answer | Promise<Answer>;

const reason = 'the agent’s own words';
const restart = { name: 'vx11_restart_service', arguments: { service: 'web', reason } };
const open = {
  name: 'vx11_open_window',
  arguments: { services: ['db'], ttl_seconds: 60, reason },
};
const stop = { name: 'vx11_stop_service', arguments: { service: 'web', reason } };
const letIn = {
  name: 'vx11_open_window',
  arguments: { services: ['mcp'], ttl_seconds: 60, reason },
};
const run = {
  name: 'vx11_run_task',
  arguments: { task_type: 'python', code: 'print(1)', reason },
};

/** The last six characters of the plan in a form. */
const wordsIn = ({ message }: Form): string => /(plan-[0-9a-f]+)/.exec(message)![1]!.slice(-6);

/** A client that shows forms, and answers as `answer` says. */
async function connect(token: string, answer: Answers) {
  const forms: Form[] = [];
  const client = new Client(
    { name: 'codex', version: '1.0.0' },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    const form = params as unknown as Form;
    forms.push(form);
    return answer(form, wordsIn(form));
  });
  const headers = { authorization: `Bearer ${token}` };
  const address = new URL(`${fixture.url}/mcp`);
  await client.connect(new StreamableHTTPClientTransport(address, { requestInit: { headers } }));
  onTestFinished(() => client.close());
  return { client, forms };
}

const plansNow = async (): Promise<PlanView[]> =>
  (await fixture.store.plans.list({ limit: 10 })).plans;
const yes: Answers = (_, typed) => ({ action: 'accept', content: { decision: 'run', typed } });

describe('a form about a plan that waits', () => {
  test('shows steps, risk, effects and undo, but nothing of the agent’s, and has no default', async () => {
    const { client, forms } = await connect(trusted.token, () => ({ action: 'cancel' }));
    await client.callTool(restart);
    const [plan] = await plansNow();
    const [form] = forms;
    for (const { type, risk, effect, undo } of plan!.steps) {
      expect(form!.message).toContain(`${type} (${risk}): ${effect}. Undo: ${undo ?? 'none'}.`);
    }
    expect(form!.message).toContain(plan!.risk_because);
    expect(form!.message).not.toContain('own words');
    expect(Object.keys(form!.requestedSchema.properties)).toEqual(['decision', 'typed']);
    expect(JSON.stringify(form!.requestedSchema)).not.toMatch(/"default"|boolean/);
  });

  test.each<[string, Answer]>([
    ['declined', { action: 'decline' }],
    ['rejected', { action: 'accept', content: { decision: 'reject' } }],
  ])('that is %s ends the plan, with any token, and it is not asked for again', async (_, said) => {
    for (const [token, call] of [
      [trusted.token, restart],
      [plain.token, stop],
    ] as const) {
      const { client } = await connect(token, () => said);
      const result = await client.callTool(call);
      expect(result.structuredContent).toMatchObject({ status: 'REJECTED' });
      expect(textOf(result)).toContain('The person said no.');
      expect(textOf(await client.callTool(call))).toMatch(/^recently_rejected/);
    }
  });

  test('takes a yes for a token that an admin allowed, at most MED, with the words typed', async () => {
    for (const call of [restart, open]) {
      const { client, forms } = await connect(trusted.token, yes);
      const result = await client.callTool(call);
      expect(forms).toHaveLength(1);
      expect(textOf(result)).toMatch(/^The person agreed\. plan-\w+ is RUNNING: it is not done/);
      const { plan_id } = result.structuredContent as { plan_id: string };
      const plan = (await fixture.store.plans.find(plan_id))!;
      expect(plan.confirmation!.approvals).toEqual([
        { by: 'codex ada', at: expect.any(String), via: 'elicitation' },
      ]);
      const events = await fixture.store.events.after(0, 500);
      expect(events.findLast(({ type }) => type === 'plan.approved')!.payload).toMatchObject({
        confirmed_via: 'elicitation',
        client: 'codex',
      });
    }
  });

  test('says that an admin’s token lets its program decide, in the list of tokens', async () => {
    const agent = { host: 'codex', person: 'cleo' };
    const body = { name: 'codex cleo', scope: 'agent', agent, confirms: 'in_client' };
    const admin = await fixture.token('admin');
    const made = await fixture.post('/vx11/tokens', body, admin);
    expect(made.body).toMatchObject({ confirms: 'in_client' });
    const { token_id } = made.body;
    expect((await fixture.get('/vx11/tokens', admin)).body.tokens).toContainEqual(
      expect.objectContaining({ token_id, confirms: 'in_client' }),
    );
    const { client } = await connect(made.body.token, yes);
    expect(textOf(await client.callTool(open))).toMatch(/^The person agreed/);
    const odd = { name: 'odd', scope: 'operator', confirms: 'in_client' };
    expect(await fixture.post('/vx11/tokens', odd, admin)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'confirms' }] },
    });
  });
});

describe('a yes does not count', () => {
  test.each<[string, Answers]>([
    ['cancelled', () => ({ action: 'cancel' })],
    ['accepted without content', () => ({ action: 'accept' })],
    ['empty', () => ({ action: 'accept', content: {} })],
    ['with booleans', () => ({ action: 'accept', content: { decision: true, confirm: true } })],
    ['without words', () => ({ action: 'accept', content: { decision: 'run' } })],
    [
      'with other words',
      () => ({ action: 'accept', content: { decision: 'run', typed: '000000' } }),
    ],
    [
      'with the whole id',
      ({ message }) => ({
        action: 'accept',
        content: { decision: 'run', typed: /plan-\w+/.exec(message)![0] },
      }),
    ],
    [
      'with another decision',
      (_, typed) => ({ action: 'accept', content: { decision: 'yes', typed } }),
    ],
  ])('in a form that is %s', async (_, answer) => {
    const { client } = await connect(trusted.token, answer);
    const result = await client.callTool(restart);
    expect(textOf(result)).toMatch(/^Nothing was done yet/);
    expect(await plansNow()).toMatchObject([
      { status: 'WAITING', confirmation: { approvals: [] } },
    ]);
    expect(fixture.said).toEqual([]);
  });

  const waits = async (): Promise<void> => {
    const plans = await plansNow();
    expect(plans).toMatchObject([{ status: 'WAITING', confirmation: { approvals: [] } }]);
    expect(fixture.said).toEqual([]);
  };

  test.each([
    ['by a token that no admin allowed', () => plain.token, restart],
    ['for HIGH risk', () => trusted.token, stop],
    ['for code', () => trusted.token, run],
    ['for letting agents in', () => trusted.token, letIn],
  ] as const)('%s: its form takes a no only', async (_, token, call) => {
    const { client, forms } = await connect(token(), yes);
    const result = await client.callTool(call);
    const { decision } = forms[0]!.requestedSchema.properties;
    expect(decision).toMatchObject({ enum: ['reject', 'leave_waiting'] });
    expect(forms[0]!.message).toContain('vx11 plan confirm');
    expect(textOf(result)).not.toContain('agreed');
    await waits();
  });

  test('once agents are no longer let in', async () => {
    const { client } = await connect(trusted.token, async (form, typed) => {
      await fixture.store.leases.release(mcpWindow);
      return yes(form, typed);
    });
    expect(textOf(await client.callTool(restart))).toMatch(/^A form cannot confirm/);
    await waits();
  });

  test('once the token was revoked', async () => {
    const { client } = await connect(trusted.token, async (form, typed) => {
      await fixture.store.tokens.revoke(trusted.id, Date.now(), []);
      return yes(form, typed);
    });
    await expect(client.callTool(restart)).rejects.toThrow();
    await waits();
  });

  test('from a retry that can show no form, with a forged state, or for other arguments', async () => {
    const can = { elicitation: { form: {} } };
    const send = (params: object, capabilities: object = can) =>
      callModern(fixture.url, trusted.token, params, capabilities);
    const { result } = await send(restart);
    const { requestState, inputRequests } = result;
    const typed = wordsIn(inputRequests.plan.params);
    const inputResponses = {
      plan: { action: 'accept', content: { decision: 'run', typed } },
    };
    const again = { ...restart, inputResponses, requestState };
    expect((await send(again, {})).result.structuredContent).toMatchObject({ status: 'WAITING' });
    const forged = `${String(requestState).slice(0, -4)}AAAA`;
    expect((await send({ ...again, requestState: forged })).error.code).toBe(-32_602);
    const changed = { ...restart.arguments, reason: 'quite another reason' };
    expect((await send({ ...again, arguments: changed })).result.resultType).toBe('input_required');
    const first = { ...restart, inputResponses };
    expect((await send(first)).result.resultType).toBe('input_required');
    await waits();
    // and the same answer of two clients at once, and later, confirms once
    const both = await Promise.all([send(again), send(again)]);
    for (const answer of [...both, await send(again)]) {
      expect(answer.result.structuredContent).toMatchObject({ status: 'RUNNING' });
    }
    const [plan] = await plansNow();
    expect(plan!.confirmation!.approvals).toHaveLength(1);
    expect(fixture.said).toEqual(['confirm by codex ada']);
  });

  test('after a person said no', async () => {
    const { client } = await connect(trusted.token, async (form, typed) => {
      const plan_id = /plan-[0-9a-f]+/.exec(form.message)![0];
      expect((await fixture.post(`/madre/plans/${plan_id}/reject`, {})).status).toBe(200);
      return yes(form, typed);
    });
    const result = await client.callTool(restart);
    expect(result.structuredContent).toMatchObject({ status: 'REJECTED' });
  });
});

test('a client that shows pages too is given the page, unless its token may confirm', async () => {
  const both = { form: {}, url: {} };
  const { result } = await callModern(fixture.url, plain.token, restart, { elicitation: both });
  expect(result.inputRequests.plan.params).toMatchObject({ mode: 'url' });
  const form = await callModern(fixture.url, trusted.token, open, { elicitation: both });
  expect(form.result.inputRequests.plan.params).toMatchObject({ mode: 'form' });
});

test('no client without forms is asked, nor one of an older revision', async () => {
  for (const era of ['modern', 'legacy'] as const) {
    const client = await fixture.connect({ era, token: trusted.token });
    expect((await client.callTool(open)).structuredContent).toMatchObject({ status: 'WAITING' });
  }
});

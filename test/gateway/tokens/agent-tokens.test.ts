import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentTokenSeconds } from '../../../contracts/token.ts';
import { adminToken } from '../fixture.ts';
import { startPlanFixture, type PlanFixture } from '../plans/plan-fixture.ts';

let fixture: PlanFixture;
beforeAll(async () => void (fixture = await startPlanFixture()));
afterAll(() => fixture.close());

const agent = { host: 'claude-code', person: 'ada' };
const make = (payload: object) => fixture.post('/vx11/tokens', payload, adminToken);

describe('a token of an agent', () => {
  test('says where and for whom it is used, ends within 30 days, and shows its last use', async () => {
    const made = await make({ name: 'claude-code ada', scope: 'agent', agent });
    expect(made).toMatchObject({ status: 201, body: { scope: 'agent', agent } });
    const { created_at, expires_at, token, token_id } = made.body;
    expect(Date.parse(expires_at) - Date.parse(created_at)).toBe(agentTokenSeconds * 1000);
    expect((await fixture.get('/vx11/status', token)).status).toBe(200);
    const { body } = await fixture.get('/vx11/tokens', adminToken);
    expect(body.tokens).toContainEqual(
      expect.objectContaining({
        token_id,
        agent,
        created_by: 'admin',
        last_used_at: expect.any(String),
      }),
    );
  });

  test.each([
    ['without host and person', { scope: 'agent' }, 'agent'],
    [
      'that lives longer',
      { scope: 'agent', agent, expires_in_seconds: 2_592_001 },
      'expires_in_seconds',
    ],
    ['of another scope with a host', { scope: 'operator', agent }, 'agent'],
  ])('%s is refused', async (_, change, field) => {
    const made = await make({ name: 'odd', ...change });
    expect(made).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });

  test('replaces no other token, and is replaced by none', async () => {
    const person = (await make({ name: 'cleo', scope: 'operator' })).body;
    const own = (await make({ name: 'codex cleo', scope: 'agent', agent })).body;
    const odd = [
      { name: 'cleo', scope: 'agent', agent, rotates: person.token_id },
      { name: 'codex cleo', scope: 'operator', rotates: own.token_id },
    ];
    for (const body of odd) {
      expect(await make(body)).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'rotates' }] },
      });
    }
  });
});

describe('a plan of an agent', () => {
  const shown = async (change: object, actorId: string) => {
    const confirmation = {
      quorum: 1,
      no_self_approval: true,
      approvals: [],
      expires_at: new Date(Date.now() + 60_000).toISOString(),
    };
    const { plan, token } = await fixture.waiting(
      { source: 'mcp', confirmation, ...change },
      actorId,
    );
    return { url: `/madre/plans/${plan.plan_id}`, plan, token };
  };
  const agentToken = () => fixture.token('agent');

  test('is confirmed by no agent, with whatever it knows', async () => {
    const { url, plan, token } = await shown({ actor: 'claude@ada' }, 'token-00000001');
    const mine = await agentToken();
    const refused = { status: 403, body: { error: 'scope' } };
    expect(await fixture.post(`${url}/token`, { plan_hash: plan.plan_hash }, mine)).toMatchObject(
      refused,
    );
    expect(await fixture.post(`${url}/confirm`, { confirm_token: token }, mine)).toMatchObject(
      refused,
    );
    expect(await fixture.post(`${url}/reject`, {}, mine)).toMatchObject(refused);
    expect(await fixture.post(`${url}/cancel`, {}, mine)).toMatchObject(refused);
    const body = { target: 'web', action: 'stop', confirm_token: token };
    expect(await fixture.post('/madre/control', body, mine)).toMatchObject(refused);
  });

  test('is confirmed by a person, and not by the token that asked for it', async () => {
    const { body: made } = await make({ name: 'dora', scope: 'operator' });
    const { url, plan } = await shown({ actor: 'dora' }, made.token_id);
    const renewed = await fixture.post(`${url}/token`, { plan_hash: plan.plan_hash }, made.token);
    const confirm = (token: string) =>
      fixture.post(`${url}/confirm`, { confirm_token: renewed.body.confirm_token }, token);
    expect(await confirm(made.token)).toMatchObject({
      status: 403,
      body: { error: 'self_approval' },
    });
    expect(await confirm(fixture.operator)).toMatchObject({ body: { status: 'confirmed' } });
  });
});

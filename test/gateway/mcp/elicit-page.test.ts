import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startMcpFixture, textOf, type McpFixture } from './mcp-fixture.ts';
import { callModern } from './raw-call.ts';

let fixture: McpFixture;
beforeEach(async () => {
  fixture = await startMcpFixture();
  await fixture.open();
  await fixture.open('web');
});
afterEach(() => fixture.close());

type Answer = { action: 'accept' | 'decline' | 'cancel' };

/** A client that can show web addresses, and answers as `answer` says. */
async function connect(
  answer: (shown: { url: string; message: string }) => Answer | Promise<Answer>,
  query = '',
) {
  const client = new Client(
    { name: 'a test', version: '1.0.0' },
    {
      capabilities: { elicitation: { url: {} } },
      versionNegotiation: { mode: { pin: '2026-07-28' } },
    },
  );
  client.setRequestHandler('elicitation/create', async ({ params }) =>
    answer(params as unknown as { url: string; message: string }),
  );
  const { token } = await fixture.named('codex ada', 'agent');
  const headers = { authorization: `Bearer ${token}` };
  const address = new URL(`${fixture.url}/mcp${query}`);
  await client.connect(new StreamableHTTPClientTransport(address, { requestInit: { headers } }));
  onTestFinished(() => client.close());
  return client;
}
const reason = 'the agent’s own words \u001b[31m';
const stop = { name: 'vx11_stop_service', arguments: { service: 'web', reason } };

describe('a client that can show a web address', () => {
  test.each(['accept', 'decline', 'cancel'] as const)(
    'is given the page of the plan, and its "%s" decides nothing',
    async (action) => {
      const seen: { url: string; message: string }[] = [];
      const client = await connect((shown) => {
        seen.push(shown);
        return { action };
      });
      const result = await client.callTool(stop);
      const { plan_id } = result.structuredContent as { plan_id: string };
      expect(seen).toEqual([
        expect.objectContaining({ url: `${fixture.url}/operator/ui/plans/${plan_id}` }),
      ]);
      expect(seen[0]!.message).not.toContain('own words');
      expect(result.structuredContent).toMatchObject({ status: 'WAITING', risk: 'HIGH' });
      expect(textOf(result)).toMatch(/^Nothing was done yet/);
      const { plans } = await fixture.store.plans.list({ limit: 10 });
      expect(plans).toMatchObject([
        { plan_id, status: 'WAITING', confirmation: { approvals: [] } },
      ]);
      expect(fixture.said).toEqual([]);
    },
  );

  test('gets what became of the plan if a person decided meanwhile, and makes no second one', async () => {
    const client = await connect(async ({ url }) => {
      const plan_id = url.split('/').at(-1)!;
      expect((await fixture.post(`/madre/plans/${plan_id}/reject`, {})).status).toBe(200);
      return { action: 'accept' };
    });
    const result = await client.callTool(stop);
    expect(result.structuredContent).toMatchObject({ status: 'REJECTED' });
    expect((await fixture.store.plans.list({ limit: 10 })).plans).toHaveLength(1);
  });

  test('is shown the page also by vx11_ask, and with the tools that ask alone', async () => {
    let shown = 0;
    const client = await connect(() => {
      shown += 1;
      return { action: 'accept' };
    }, '?toolsets=talk,windows');
    const asked = await client.callTool({
      name: 'vx11_ask',
      arguments: { message: 'open db for 5 minutes' },
    });
    expect(asked.structuredContent).toMatchObject({ status: 'WAITING' });
    expect((await client.callTool({ name: 'vx11_windows', arguments: {} })).isError).toBeFalsy();
    expect(shown).toBe(1);
  });
});

test.each(['modern', 'legacy'] as const)(
  'a %s client that can not is asked nothing',
  async (era) => {
    const client = await fixture.connect({ era });
    expect((await client.callTool(stop)).structuredContent).toMatchObject({ status: 'WAITING' });
  },
);

describe('the state that a client holds between its two requests', () => {
  const send = (params: object, token: string) =>
    callModern(fixture.url, token, params, { elicitation: { url: {} } });
  const inputResponses = { plan: { action: 'accept' } };

  test('is worth nothing changed, to another token, or for other arguments', async () => {
    const { token } = await fixture.named('codex ada', 'agent');
    const { result } = await send(stop, token);
    expect(result.resultType).toBe('input_required');
    const { requestState } = result;
    const again = { ...stop, inputResponses, requestState };
    expect((await send(again, token)).result.structuredContent).toMatchObject({
      status: 'WAITING',
    });
    const forged = `${String(requestState).slice(0, -4)}AAAA`;
    const other = (await fixture.named('cursor ben', 'agent')).token;
    expect((await send({ ...again, requestState: forged }, token)).error.code).toBe(-32_602);
    expect((await send(again, other)).error.code).toBe(-32_602);
    const changed = { service: 'web', reason: 'quite another reason' };
    const same = await send({ ...again, arguments: changed }, token);
    expect(same.result.resultType).toBe('input_required'); // as a first call: the same plan waits
    expect((await fixture.store.plans.list({ limit: 10 })).plans).toHaveLength(1);
  });
});

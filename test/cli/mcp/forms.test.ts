import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startMcpFixture, textOf, type McpFixture } from '../../gateway/mcp/mcp-fixture.ts';

const main = join(import.meta.dirname, '../../../cli/main.ts');
const about = { name: 'codex', version: '1.0.0' };

let fixture: McpFixture;
beforeAll(async () => {
  fixture = await startMcpFixture();
  await fixture.open('mcp', 600_000);
  await fixture.open('web', 600_000);
});
afterAll(() => fixture.close());

const kinds = ['v1', 'v2 with a handshake', 'v2 without'] as const;
type Kind = (typeof kinds)[number];
interface Shown {
  mode?: string;
  message: string;
  url?: string;
  requestedSchema?: { properties: Record<string, object> };
}
/** What a client can show. */
type Can = { form?: Record<string, never>; url?: Record<string, never> };
type Given = { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, string> };
type Call = { name: string; arguments: Record<string, unknown> };
type Answers = (shown: Shown) => Given;

/** A client behind `vx11 mcp` that can show what `elicitation` says, and answers as `answer` does. */
async function connect(kind: Kind, token: string, elicitation: Can | null, answer: Answers) {
  const shown: Shown[] = [];
  const reply = async ({ params }: { params: unknown }): Promise<Given> => {
    shown.push(params as Shown);
    return answer(params as Shown);
  };
  const capabilities = elicitation === null ? {} : { elicitation };
  const env = { PATH: process.env['PATH']!, VX11_HOME: '/nowhere' };
  const launch = {
    command: process.execPath,
    args: [main, 'mcp'],
    env: { ...env, VX11_URL: fixture.url, VX11_TOKEN: token },
  };
  let client: Client | ClientV1;
  if (kind === 'v1') {
    client = new ClientV1(about, { capabilities });
    if (elicitation !== null) client.setRequestHandler(ElicitRequestSchema, reply);
    await client.connect(new StdioV1(launch));
  } else {
    const mode = kind === 'v2 without' ? { pin: '2026-07-28' } : ('legacy' as const);
    client = new Client(about, { capabilities, versionNegotiation: { mode } });
    if (elicitation !== null) client.setRequestHandler('elicitation/create', reply);
    await client.connect(new StdioClientTransport(launch));
  }
  onTestFinished(() => client.close());
  const call = async (params: Call) => {
    const result = await client.callTool(params);
    const { status = null } = (result['structuredContent'] ?? {}) as { status?: string };
    return { text: textOf(result as { content?: unknown }), status };
  };
  return { call, shown };
}

let reason: string;
let count = 0;
beforeEach(() => {
  reason = `to test form ${(count += 1)}`;
});
const restart = () => ({ name: 'vx11_restart_service', arguments: { service: 'web', reason } });
const open = (ttl_seconds: number) => ({
  name: 'vx11_open_window',
  arguments: { services: ['db'], ttl_seconds, reason },
});
const stop = () => ({ name: 'vx11_stop_service', arguments: { service: 'web', reason } });
const typed = ({ message }: Shown): string => /(plan-[0-9a-f]+)/.exec(message)![1]!.slice(-6);
const yes: Answers = (shown) => ({
  action: 'accept',
  content: { decision: 'run', typed: typed(shown) },
});
let person = 0;
const token = async (confirms?: 'in_client') =>
  (await fixture.named(`codex ${(person += 1)}`, 'agent', confirms && { confirms })).token;

describe.each(kinds)('over standard streams, a client %s', (kind) => {
  test('shows a form, whose no ends the plan with any token', async () => {
    const { call, shown } = await connect(kind, await token(), {}, () => ({ action: 'decline' }));
    const result = await call(restart());
    expect(result).toMatchObject({ status: 'REJECTED' });
    expect(result.text).toContain('The person said no.');
    expect(shown).toHaveLength(1);
  });

  test('brings a yes for a token that an admin allowed, at most MED, with the words typed', async () => {
    const { call, shown } = await connect(kind, await token('in_client'), {}, yes);
    const result = await call(open(60 + count));
    expect(result.text).toMatch(/^The person agreed/);
    expect(Object.keys(shown[0]!.requestedSchema!.properties)).toEqual(['decision', 'typed']);
    const [plan] = (await fixture.store.plans.list({ limit: 1 })).plans;
    expect(plan!.confirmation!.approvals).toMatchObject([{ via: 'elicitation' }]);
    const events = await fixture.store.events.after(0, 500);
    const approved = events.findLast(({ type }) => type === 'plan.approved')!;
    expect(approved.payload).toMatchObject({ client: 'codex' });
  });

  test.each([
    ['of a token that no admin allowed', undefined, () => open(100 + count), yes],
    ['for HIGH risk', 'in_client' as const, stop, yes],
    [
      'without the words',
      'in_client' as const,
      () => open(200 + count),
      (() => ({ action: 'accept', content: { decision: 'run' } })) satisfies Answers,
    ],
    [
      'that is cancelled',
      'in_client' as const,
      () => open(300 + count),
      () => ({ action: 'cancel' }),
    ],
  ] as [string, 'in_client' | undefined, () => Call, Answers][])(
    'brings no yes %s',
    async (_, confirms, what, answer) => {
      const { call, shown } = await connect(kind, await token(confirms), {}, (form) => {
        const choices = form.requestedSchema!.properties['decision'] as { enum: string[] };
        const given = answer(form);
        // a client of the SDK refuses what the form does not offer
        return given.content?.['decision'] === 'run' && !choices.enum.includes('run')
          ? { action: 'accept', content: { decision: 'leave_waiting' } }
          : given;
      });
      expect(await call(what())).toMatchObject({ status: 'WAITING' });
      expect(shown).toHaveLength(1);
    },
  );

  test('shows the page of the plan, and its answer decides nothing', async () => {
    const can = { url: {} };
    const answer: Answers = () => ({ action: 'accept' });
    const { call, shown } = await connect(kind, await token(), can, answer);
    const result = await call(open(400 + count));
    expect(result).toMatchObject({ status: 'WAITING' });
    expect(shown).toMatchObject([{ mode: 'url' }]);
    expect(shown[0]!.url).toMatch(new RegExp(`^${fixture.url}/.*plans/plan-[0-9a-f]+$`));
  });

  test('that can show nothing is asked nothing', async () => {
    const { call } = await connect(kind, await token('in_client'), null, yes);
    expect(await call(open(500 + count))).toMatchObject({ status: 'WAITING' });
  });
});

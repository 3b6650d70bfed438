import type { AddressInfo } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { pino } from 'pino';
import { agentProposal } from '../../../activities/plans/agent-proposal.ts';
import { createChat } from '../../../activities/plans/chat.ts';
import { createPlanEventBus } from '../../../activities/plans/plan-event-bus.ts';
import type { PlanDeps } from '../../../activities/plans/ports.ts';
import { noLlm } from '../../../activities/providers/language-models.ts';
import { newId } from '../../../contracts/ids.ts';
import type { TokenScope } from '../../../contracts/token.ts';
import type { App } from '../../../gateway/http/app-type.ts';
import type { MadrePort } from '../../../gateway/madre/client.ts';
import { newToken } from '../../../gateway/tokens/token-text.ts';
import type { Store } from '../../../store/index.ts';
import type { NewToken } from '../../../store/system/tokens.ts';
import { aService } from '../../domain/samples.ts';
import { catalog, view, type GatewayChange } from '../fixture.ts';
import { startPlanFixture, type PlanFixture } from '../plans/plan-fixture.ts';
import { noRuns, nothingElse } from '../../activities/plans/no-checks.ts';

export type Era = 'legacy' | 'modern';

export interface McpFixture extends PlanFixture {
  url: string;
  /** Plans whose run was started. */
  runs: string[];
  /** A client of the SDK with a token of this scope, or with this token. */
  connect(options?: {
    era?: Era;
    scope?: TokenScope;
    token?: string;
    query?: string;
  }): Promise<Client>;
  /** Opens the window of a service until `ms` from now. @returns the window's id */
  open(service?: string, ms?: number): Promise<string>;
  /** A named token; @returns its text and id */
  named(
    name: string,
    scope: TokenScope,
    more?: Partial<NewToken>,
  ): Promise<{ token: string; id: string }>;
}

/** A gateway that listens, with madre's own planning behind it and runs that are only recorded. */
export async function startMcpFixture(
  change: GatewayChange & {
    madre?: Partial<MadrePort>;
    /** Adds to the gateway before it listens. */
    before?: (app: App) => Promise<void>;
  } = {},
): Promise<McpFixture> {
  const runs: string[] = [];
  let store: Store;
  const log = pino({ level: 'silent' });
  const eventBus = createPlanEventBus();
  const deps = (): PlanDeps => ({
    store,
    clock: Date.now,
    log,
    runs: () => ({
      ...noRuns,
      start: async ({ plan_id }) => void runs.push(plan_id),
      runs: async () => true,
    }),
    spawner: null,
    ...nothingElse,
  });
  const fixture = await startPlanFixture({
    ...change,
    madre: {
      propose: (call) => agentProposal(deps(), call),
      chat: (call) => createChat({ ...deps(), llm: noLlm, eventBus })(call),
      ...change.madre,
    },
  });
  store = fixture.store;
  const services = ['web', 'db', 'mcp', 'spawner'].map((name) => aService(name));
  await store.services.saveCatalog(catalog([...services, aService('redis', { tier: 'core' })]), []);
  await change.before?.(fixture.app);
  await fixture.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = fixture.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const clients: Client[] = [];
  return {
    ...fixture,
    url,
    runs,
    async connect({ era = 'modern', scope = 'agent', token, query = '' } = {}) {
      const text = token ?? (await fixture.token(scope));
      const client = new Client(
        { name: 'a test', version: '1.0.0' },
        { versionNegotiation: { mode: era === 'legacy' ? 'legacy' : { pin: '2026-07-28' } } },
      );
      const headers = { authorization: `Bearer ${text}` };
      const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp${query}`), {
        requestInit: { headers },
      });
      await client.connect(transport);
      clients.push(client);
      return client;
    },
    async open(service = 'mcp', ms = 60_000) {
      const window_id = newId('window');
      const expires_at = new Date(Date.now() + ms).toISOString();
      const opened = view({
        window_id,
        target: service,
        services: [service],
        members: [service],
        expires_at,
      });
      await store.windows.save(opened, []);
      const lease = { window_id, host: 'box', service, project: 'demo', is_open: true };
      await store.leases.reserve(window_id, [{ ...lease, deadline: Date.now() + ms }], Date.now());
      return window_id;
    },
    async named(name, scope, more = {}) {
      const { id, text, secretHash } = newToken();
      const dates = { created_at: 0, expires_at: null, revoked_at: null, last_used_at: null };
      await store.tokens.create(
        { id, name, scope, secret_hash: secretHash, ...dates, ...more },
        [],
      );
      return { token: text, id };
    },
    async close() {
      await Promise.all(clients.map((client) => client.close().catch(() => undefined)));
      await fixture.close();
    },
  };
}

/** The text of a result. */
export const textOf = (result: { content?: unknown }): string =>
  (result.content as { text: string }[]).map(({ text }) => text).join('\n');

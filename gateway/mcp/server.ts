import {
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  Server,
  type McpRequestContext,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { cleanLine } from '../../platform/clean-text.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { GatewayContext } from '../context.ts';
import type { AgentRequest } from './agent-request.ts';
import { callTool } from './call-tool.ts';
import { cleanValue, type HideSecrets } from './content/clean.ts';
import { completion, completionsOf } from './completion.ts';
import { doorRefusal, isDoorOpen } from './door.ts';
import { fit } from './content/fit.ts';
import { instructions } from './instructions.ts';
import { listedPrompts, promptText } from './prompts.ts';
import { progressOf } from './progress.ts';
import { noted, openMcp, resultOfError } from './content/result.ts';
import { listResources, readResource, resourceTemplates } from './resources.ts';
import type { createElicitation } from './confirm/elicit.ts';
import { findTool, listTools } from './tool-list.ts';
import type { AgentCall, Narrowing, Tool } from './tool.ts';
import { planTool } from './tools/plans.ts';

/** A connection with only the tools that ask is answered too with what became of its plan. */
const onlyReads: Narrowing = { toolsets: new Set(['read']), readOnly: true };

/** How long clients may keep a list; it changes only with VX11's version or the token. */
const listTtlMs = 300_000;
/** The JSON-RPC error of what needs an open door. */
const offByPolicy = 1403;

/** The data of a resource, in bytes. */
const mostResource = 64 * 1024;

const cacheHint = { ttlMs: listTtlMs, cacheScope: 'private' } as const;

export interface Parts {
  context: GatewayContext;
  plans: AgentCall['plans'];
  hide: HideSecrets;
  elicitation: ReturnType<typeof createElicitation>;
  /** Who sent what a handler answers. */
  agentOf: (ctx: ServerContext) => AgentRequest;
}

/** A server of the SDK: for one request, or for a connection that stays. Its handlers find their agent with `agentOf`. */
export function serverFor(era: McpRequestContext['era'], parts: Parts): Server {
  const { context, plans, hide, elicitation, agentOf } = parts;
  const server = new Server(
    { name: 'vx11', title: 'VX11', version: context.config.version },
    {
      instructions,
      requestState: { verify: elicitation.verify },
      capabilities: {
        tools: {},
        // a client with a handshake would subscribe in a session, and there is none
        resources: era === 'modern' ? { subscribe: true } : {},
        prompts: {},
        completions: {},
      },
      cacheHints: {
        'tools/list': cacheHint,
        'prompts/list': cacheHint,
        'resources/templates/list': cacheHint,
        'server/discover': cacheHint,
      },
    },
  );
  const callOf = (ctx: ServerContext, agent: AgentRequest): Omit<AgentCall, 'signal'> => ({
    context,
    plans,
    caller: agent.caller,
    correlationId: agent.correlationId,
    hide,
    client: clientOf(ctx),
    progress: progressOf(ctx),
  });

  /** Reads of resources and prompts need the open door; they have no results that could say so. */
  const insideOnly = async (): Promise<void> => {
    if (await isDoorOpen(context)) return;
    const { code, message } = await doorRefusal(context);
    throw new ProtocolError(offByPolicy, `${message}. Next: ${openMcp}.`, { code });
  };
  /** Of other errors a client sees the code at most. */
  const guarded = async <T>(ctx: ServerContext, work: () => Promise<T>): Promise<T> => {
    const { correlationId } = agentOf(ctx);
    try {
      await insideOnly();
      return await work();
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const known = error instanceof VX11Error && error.code !== 'internal';
      if (!known)
        context.logger.error({ err: error, correlation_id: correlationId }, 'a read failed');
      const message = known ? hide(cleanLine(error.message)) : `internal: ${correlationId}`;
      throw new ProtocolError(ProtocolErrorCode.InternalError, message);
    }
  };

  server.setRequestHandler('tools/list', (_request, ctx) => {
    const { caller, narrowing } = agentOf(ctx);
    return { tools: listTools(caller, narrowing) };
  });
  server.setRequestHandler('tools/call', async ({ params }, ctx) => {
    const tool = findTool(params.name);
    if (tool === null) {
      const name = cleanLine(params.name).slice(0, 64);
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool ${name}`);
    }
    const input = params.arguments ?? {};
    const agent = agentOf(ctx);
    const { correlationId, narrowing, origin } = agent;
    const by = callOf(ctx, agent);
    const call = (used: Tool, given: unknown, bounds: Narrowing) =>
      callTool(used, given, bounds, by, ctx.mcpReq.signal);
    try {
      const answered = await elicitation.answered(tool, input, ctx, by);
      if (answered !== null) {
        const { plan_id, note } = answered;
        return noted(await call(planTool, { plan_id }, onlyReads), note);
      }
      const result = await call(tool, input, narrowing);
      return await elicitation.offer(tool, input, result, { ctx, call: by, origin });
    } catch (error) {
      context.logger.error({ err: error, correlation_id: correlationId }, 'a form failed');
      return resultOfError(error, correlationId, hide);
    }
  });
  // the same list while agents are not let in: nobody reads it again
  server.setRequestHandler('resources/list', async () => ({
    resources: await listResources({ context }),
  }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates }));
  server.setRequestHandler('resources/read', ({ params: { uri } }, ctx) =>
    guarded(ctx, async () => {
      const data = await readResource(uri, { context, hide });
      if (data === null) throw new ResourceNotFoundError(cleanLine(uri).slice(0, 200));
      const clean = cleanValue(data, hide) as Record<string, unknown>;
      const text = fit(clean, mostResource).json;
      return { contents: [{ uri, mimeType: 'application/json', text }] };
    }),
  );
  server.setRequestHandler('prompts/list', () => ({
    prompts: listedPrompts,
  }));
  server.setRequestHandler('prompts/get', ({ params }, ctx) =>
    guarded(ctx, async () => {
      const found = promptText(params.name, params.arguments ?? {});
      if (found === null) {
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          'Unknown prompt, or an argument is missing; prompts/list names them',
        );
      }
      const { description, text } = found;
      return {
        description,
        messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
      };
    }),
  );
  server.setRequestHandler('completion/complete', async ({ params: { ref, argument } }) => {
    const kind = ref.type === 'ref/prompt' ? ref.name : ref.uri;
    const values = (await isDoorOpen(context))
      ? await completionsOf(argument.name, kind, { context })
      : [];
    return { completion: completion(values, argument.value) };
  });
  return server;
}

/** The name of the client's program, as it says itself. */
function clientOf({ mcpReq }: ServerContext): string | null {
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  const info = envelope?.[CLIENT_INFO_META_KEY] as { name?: unknown } | undefined;
  return typeof info?.name === 'string' ? cleanLine(info.name).slice(0, 128) : null;
}

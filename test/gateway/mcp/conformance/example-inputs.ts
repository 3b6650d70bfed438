import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
const codec = createRequestStateCodec<{ round: number }>({ key: 'x'.repeat(32), ttlSeconds: 60 });
export const verifyState = codec.verify;

const asking = (message: string, name: string, type: 'string' | 'boolean' = 'string') =>
  inputRequired.elicit({
    message,
    requestedSchema: {
      type: 'object',
      properties: { [name]: type === 'string' ? { type } : { type } },
      required: [name],
    },
  });
const sampling = (words: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: words } }],
    maxTokens,
  });

const responsesIn = ({ mcpReq }: ServerContext): Record<string, unknown> =>
  mcpReq.inputResponses ?? {};
const canIn = ({ mcpReq }: ServerContext): Record<string, unknown> =>
  ((mcpReq.envelope as Record<string, unknown> | undefined)?.[CLIENT_CAPABILITIES_META_KEY] ??
    {}) as Record<string, unknown>;

/** The tools and the prompt that want an answer of the client before they end. */
export function addInputTools(server: McpServer): void {
  const tool = (name: string, run: (ctx: ServerContext) => unknown): void =>
    void server.registerTool(name, { description: `For the suite: ${name}` }, run as never);
  for (const name of ['test_input_required_result_elicitation', 'test_streaming_elicitation']) {
    tool(name, ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'user_name');
      return typeof answer?.['name'] === 'string'
        ? text(`Hello, ${answer['name']}!`)
        : inputRequired({ inputRequests: { user_name: asking('What is your name?', 'name') } });
    });
  }
  for (const name of ['test_input_required_result_sampling', 'test_missing_capability']) {
    tool(name, (ctx) =>
      'capital_question' in responsesIn(ctx)
        ? text(JSON.stringify(responsesIn(ctx)['capital_question']))
        : inputRequired({
            inputRequests: { capital_question: sampling('What is the capital of France?', 100) },
          }),
    );
  }
  tool('test_input_required_result_list_roots', (ctx) =>
    'client_roots' in responsesIn(ctx)
      ? text(JSON.stringify(responsesIn(ctx)['client_roots']))
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } }),
  );
  for (const name of ['request_state', 'tampered_state']) {
    tool(`test_input_required_result_${name}`, async (ctx) =>
      ctx.mcpReq.requestState() !== undefined && 'confirm' in responsesIn(ctx)
        ? text('state-ok')
        : inputRequired({
            inputRequests: { confirm: asking('Please confirm', 'ok', 'boolean') },
            requestState: await codec.mint({ round: 1 }, ctx),
          }),
    );
  }
  tool('test_input_required_result_multiple_inputs', async (ctx) =>
    ['user_name', 'greeting', 'client_roots'].every((key) => key in responsesIn(ctx))
      ? text('all of them')
      : inputRequired({
          inputRequests: {
            user_name: asking('What is your name?', 'name'),
            greeting: sampling('Generate a greeting', 50),
            client_roots: inputRequired.listRoots(),
          },
          requestState: await codec.mint({ round: 1 }, ctx),
        }),
  );
  tool('test_input_required_result_multi_round', async (ctx) => {
    const round = ctx.mcpReq.requestState<{ round: number }>()?.round ?? 0;
    if (round === 2 && 'step2' in responsesIn(ctx)) return text('both of them');
    const next =
      round === 1 && 'step1' in responsesIn(ctx)
        ? { step2: asking('Step 2: What is your favorite color?', 'color') }
        : { step1: asking('Step 1: What is your name?', 'name') };
    const requestState = await codec.mint({ round: 'step2' in next ? 2 : 1 }, ctx);
    return inputRequired({ inputRequests: next, requestState });
  });
  tool('test_input_required_result_capabilities', (ctx) =>
    inputRequired({
      inputRequests: {
        ...('sampling' in canIn(ctx) && { question: sampling('Who are you?', 10) }),
        ...('elicitation' in canIn(ctx) && { name: asking('What is your name?', 'name') }),
      },
    }),
  );
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Wants an answer first' },
    ((ctx: ServerContext) => {
      const answer = acceptedContent(ctx.mcpReq.inputResponses, 'user_context');
      if (answer === undefined) {
        const user_context = asking('What context should the prompt use?', 'context');
        return inputRequired({ inputRequests: { user_context } });
      }
      const content = { type: 'text' as const, text: String(answer['context']) };
      return { messages: [{ role: 'user' as const, content }] };
    }) as never,
  );
}

import { modernVersion, type RpcMessage } from '../../client/mcp-relay.ts';

/** What a client that can show something said in its handshake. */
export interface Handshake {
  /** What it can show. */
  elicitation: object;
  clientInfo?: unknown;
}

/** From the parameters of `initialize`; null if the client can show nothing. */
export function handshakeOf(params: Record<string, unknown> = {}): Handshake | null {
  const { capabilities, clientInfo } = params;
  const { elicitation } = (capabilities ?? {}) as { elicitation?: unknown };
  return typeof elicitation === 'object' && elicitation !== null
    ? { elicitation, clientInfo }
    : null;
}

/** The answer to a request, as far as forms look at it. */
interface Answer {
  id?: unknown;
  result?: {
    resultType?: string;
    inputRequests?: Record<string, { params?: Record<string, unknown> }>;
    requestState?: string;
    _meta?: unknown;
  };
}

/** A server that asks more often than this is not answered. */
const mostRounds = 8;
/** A person who is gone, or a client that shows nothing: nothing was decided. */
const cancelled = { action: 'cancel' };

/** What only revision 2026-07-28 has. */
function asOlder({ result, ...rest }: Answer): object {
  if (result === undefined) return rest;
  const { resultType: _, _meta: __, ...older } = result;
  return { ...rest, result: older };
}

/**
 * Lets a client with a handshake show forms and pages. A gateway without sessions can ask for them in revision 2026-07-28
 * only, as results that want an answer; so the calls of such a client are sent in that revision, and what the gateway asks for
 * becomes a request to the client. It decides nothing: the gateway judges the answer like that of any client.
 */
export function createForms(say: (message: object) => void) {
  const asked = new Map<unknown, (answer: unknown) => void>();
  let last = 0;

  /** Asks the client to show something. */
  const show = (params: Record<string, unknown>, signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve) => {
      const id = `vx11-${(last += 1)}`;
      const end = (answer: unknown): void => {
        asked.delete(id);
        signal.removeEventListener('abort', give);
        resolve(answer);
      };
      const give = (): void => {
        say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
        end(cancelled);
      };
      asked.set(id, end);
      signal.addEventListener('abort', give, { once: true });
      const { mode, ...form } = params;
      // a form has no mode in older revisions, and a page has an id
      const shown = mode === 'url' ? { ...params, elicitationId: id } : form;
      say({ jsonrpc: '2.0', id, method: 'elicitation/create', params: shown });
    });

  return {
    /** An answer of the client to what it was asked to show. */
    answered({ id, result }: { id?: unknown; result?: unknown }): void {
      asked.get(id)?.(result ?? cancelled);
    },
    /** Sends a call, and asks the client as long as the gateway wants an answer. */
    async call(
      message: RpcMessage,
      { elicitation, clientInfo }: Handshake,
      signal: AbortSignal,
      send: (message: RpcMessage, onMessage: (message: object) => void) => Promise<void>,
    ): Promise<void> {
      const meta = {
        ...(message.params?.['_meta'] as object | undefined),
        'io.modelcontextprotocol/protocolVersion': modernVersion,
        'io.modelcontextprotocol/clientCapabilities': { elicitation },
        ...(clientInfo !== undefined && { 'io.modelcontextprotocol/clientInfo': clientInfo }),
      };
      let params: Record<string, unknown> = { ...message.params, ['_meta']: meta };
      for (let round = 1; ; round += 1) {
        let answer: Answer | null = null;
        await send({ ...message, params }, (got) => {
          if ((got as Answer).id === message.id) answer = got;
          else say(got);
        });
        if (answer === null || signal.aborted) return; // the client gave it up
        const { result } = answer as Answer;
        if (result?.resultType !== 'input_required' || round > mostRounds) {
          return say(asOlder(answer));
        }
        const inputResponses: Record<string, unknown> = {};
        for (const [key, request] of Object.entries(result.inputRequests ?? {})) {
          inputResponses[key] = await show(request.params ?? {}, signal);
        }
        params = { ...params, inputResponses, requestState: result.requestState };
      }
    },
  };
}

import type { z } from 'zod';
import {
  chatPart,
  madreChatReply,
  madreControlReply,
  madreRevertReply,
  type OnChatPart,
  type MadreChatCall,
  type MadreChatReply,
  type MadreControlCall,
  type MadreControlReply,
  type MadreRevertCall,
  type MadreRevertReply,
} from '../../contracts/chat.ts';
import {
  madreProposeReply,
  type MadreProposeCall,
  type MadreProposeReply,
} from '../../contracts/proposal.ts';
import {
  applyPatchAnswer,
  createPatchAnswer,
  type ApplyPatchAnswer,
  type CreatePatchAnswer,
  type MadreApplyCall,
  type MadrePatchCall,
} from '../../contracts/drift-patch.ts';
import { errorCatalog, VX11Error, type ErrorCode } from '../../contracts/errors.ts';
import { internalHeader } from '../../platform/internal-key.ts';
import { postJson } from './post-json.ts';
import { createBreaker, NotAsked, type BreakerState } from '../temporal/breaker.ts';
import { traceParent } from '../../platform/trace-context.ts';

/** madre's internal HTTP API, which only the gateway calls. */
export interface MadrePort {
  /** Calls madre's health route; throws `madre_unavailable` within 2 s. */
  health(): Promise<void>;
  /** Its metrics as Prometheus text, within 1 s. */
  metrics(): Promise<string>;
  /**
   * Sends a chat message; throws within 2.8 s. `notAsked` says whether the message can have reached madre.
   * `onPart` gets each part that comes before the answer.
   */
  chat(call: MadreChatCall, onPart?: OnChatPart): Promise<MadreChatReply>;
  control(call: MadreControlCall): Promise<MadreControlReply>;
  /** What an agent asks for. */
  propose(call: MadreProposeCall): Promise<MadreProposeReply>;
  /** Makes a patch of drift, or of these operations, and proves it; within a minute. */
  makePatch(call: MadrePatchCall): Promise<CreatePatchAnswer>;
  /** The plan that applies a patch. */
  applyPatch(call: MadreApplyCall): Promise<ApplyPatchAnswer>;
  /** The plan that takes a patch back. */
  revert(call: MadreRevertCall): Promise<MadreRevertReply>;
  readonly breaker: BreakerState;
}

const healthLimitMs = 2000;
const metricsLimitMs = 1000;
/** madre answers within 2.5 s, and the gateway within 3. */
const callLimitMs = 2800;
/** A patch is tried on a copy of the files, and created once. */
const patchLimitMs = 60_000;

/**
 * @param url such as `http://127.0.0.1:8001`
 * @param key authenticates the gateway to madre; null if this installation has none, and then every message is refused
 * @param send carries requests, such as with a client certificate
 */
export function createMadrePort(
  url: string,
  key: string | null = null,
  send: typeof fetch = fetch,
): MadrePort {
  const get = async (path: string, limitMs: number): Promise<string> => {
    const response = await send(new URL(path, url), {
      ...(key !== null && { headers: { [internalHeader]: key } }),
      signal: AbortSignal.timeout(limitMs),
      redirect: 'error',
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`madre answered ${response.status} on ${path}: ${text}`);
    return text;
  };
  const breaker = createBreaker({
    code: 'madre_unavailable',
    detail: 'madre does not answer; it may be starting.',
    isOutage: (error) => !(error instanceof VX11Error),
    probe: () => get('/health', healthLimitMs),
  });
  const post = async <T>(
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    onPart?: (part: unknown) => void,
    limitMs = callLimitMs,
  ): Promise<T> => {
    if (key === null) {
      const detail = 'This gateway has no key for madre: set VX11_INTERNAL_KEY for both.';
      throw new VX11Error('madre_unavailable', detail, { cause: new NotAsked(detail) });
    }
    return breaker.run(async () => {
      const parent = traceParent();
      const headers = {
        [internalHeader]: key,
        ...(parent !== null && { traceparent: parent }),
      };
      const answer = await postJson(new URL(path, url), headers, body, limitMs, onPart, send);
      if (answer.status === 200) return schema.parse(answer.body);
      throw refusal(answer.status, answer.body);
    });
  };
  return {
    health: async () => void (await breaker.run(() => get('/health', healthLimitMs))),
    metrics: () => breaker.run(() => get('/metrics', metricsLimitMs)),
    chat: (call, onPart) =>
      post('/chat', call, madreChatReply, onPart && ((part) => onPart(chatPart.parse(part)))),
    control: (call) => post('/control', call, madreControlReply),
    propose: (call) => post('/propose', call, madreProposeReply),
    makePatch: (call) => post('/patches/make', call, createPatchAnswer, undefined, patchLimitMs),
    applyPatch: (call) => post('/patches/apply', call, applyPatchAnswer),
    revert: (call) => post('/revert', call, madreRevertReply),
    get breaker() {
      return breaker.state;
    },
  };
}

/** An error code of the catalog is madre's own refusal; anything else is an outage. */
function refusal(status: number, answer: unknown): Error {
  const { error, detail } = (answer ?? {}) as { error?: unknown; detail?: unknown };
  if (typeof error === 'string' && error in errorCatalog && error !== 'internal') {
    return new VX11Error(error as ErrorCode, typeof detail === 'string' ? detail : error);
  }
  return new Error(`madre answered ${status}${typeof detail === 'string' ? `: ${detail}` : ''}`);
}

/** Whether a message certainly did not reach madre; then nothing was started. */
export function notAsked(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof NotAsked) return true;
    if (
      /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(
        String((cause as { code?: string }).code),
      )
    ) {
      return true;
    }
  }
  return false;
}

import type { ChatRequest } from '../../../contracts/openai.ts';
import type { RoutingCall } from '../../../contracts/routing-call.ts';
import type {
  RequestFeatures,
  RoutingMode,
  RoutingWeights,
  TaskType,
} from '../../../contracts/routing.ts';
import { readChat, wantsJson, type ChatFacts } from '../../../domain/routing/request/read-chat.ts';
import { readModelName } from '../../../domain/routing/request/model-name.ts';
import { weightsOf } from '../../../domain/routing/settings.ts';
import { taskTypeOf } from '../../../domain/routing/task-type.ts';
import { sha256 } from '../../../platform/hash.ts';
import type { ChatDeps } from './deps.ts';
import { RoutingError } from './reply.ts';

/** A request that was read: what the decision needs, and how its answer is given. */
export interface ReadRequest {
  body: ChatRequest;
  call: RoutingCall;
  features: RequestFeatures;
  weights: RoutingWeights;
  conversation: string;
  stream: boolean;
  includeUsage: boolean;
  wantsJson: boolean;
  /** Epoch ms; null without a deadline. */
  deadline_ms: number | null;
}

/** Reads a request. Throws `RoutingError` for a model that nothing has. */
export function readRequest(
  body: ChatRequest,
  call: RoutingCall,
  deps: Pick<ChatDeps, 'catalog' | 'conversations' | 'facts' | 'mode' | 'clock'>,
): ReadRequest {
  const { options, owner_id } = call;
  const now = deps.clock();
  const named = readModelName(
    body.model,
    deps.catalog.current().targets.map(({ id }) => id),
  );
  if (named === null)
    throw new RoutingError(
      'model_not_found',
      `No target is called ${JSON.stringify(body.model)}. GET /v1/models lists them; "auto" chooses one.`,
      { param: 'model' },
    );
  const facts = readChat(body);
  const conversation = options.conversation ?? sha256(facts.opening).slice(0, 32);
  const before = deps.conversations.find(owner_id, conversation);
  const mode: RoutingMode = (named.auto ? named.mode : null) ?? options.mode ?? deps.mode();
  const streamOptions = body['stream_options'] as { include_usage?: unknown } | null | undefined;
  return {
    body,
    call,
    weights: weightsOf[mode],
    conversation,
    stream: body.stream === true,
    includeUsage: streamOptions?.include_usage === true,
    wantsJson: wantsJson(body),
    deadline_ms: options.deadline_ms === undefined ? null : now + options.deadline_ms,
    features: {
      hash: sha256(JSON.stringify(body.messages)).slice(0, 32),
      type: typeOf(facts, options.task_type ?? null, before?.type ?? null),
      bytes_in: facts.bytes_in,
      extra_tokens: facts.extra_tokens,
      max_output: facts.max_output,
      needs: facts.needs,
      families: facts.families,
      data: options.data ?? 'any',
      max_cost_usd: options.max_cost_usd ?? null,
      budget_left_usd: deps.facts.budget.left(owner_id),
      deadline_seconds: options.deadline_ms === undefined ? null : options.deadline_ms / 1000,
      fallback: options.fallback !== 'off',
      wake: options.wake ?? (call.may_open ? 'allow' : 'never'),
      named: named.auto ? null : named.target,
      warm: deps.conversations.warm(before, now),
    },
  };
}

const typeOf = (facts: ChatFacts, said: TaskType | null, before: TaskType | null): TaskType =>
  taskTypeOf({
    said,
    before,
    texts: facts.texts,
    has_pictures: facts.has_pictures,
    has_audio: facts.has_audio,
    uses_tools: facts.uses_tools,
  });
